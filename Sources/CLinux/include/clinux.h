#ifndef CLINUX_H
#define CLINUX_H
// System calls that Swift's Glibc overlay does not show.

#include <spawn.h>
#include <sys/types.h>

/// Swaps two paths in one step (renameat2 with RENAME_EXCHANGE). Returns 0, or the errno.
int clinux_exchange(const char *a, const char *b);

/// Opens a path below a directory; refuses to leave it and to follow any link on the way (openat2 with RESOLVE_BENEATH and
/// RESOLVE_NO_SYMLINKS). Returns a descriptor, or minus the errno.
int clinux_open_beneath(int directory, const char *path, int flags, mode_t mode);

/// Writes everything of one file system to disk (syncfs). Returns 0, or the errno.
int clinux_sync_file_system(int descriptor);

/// Makes a pipe whose ends no child inherits (pipe2 with O_CLOEXEC). Returns 0, or the errno.
int clinux_pipe(int *reading, int *writing);

/// Makes a file that has no name and goes with its last descriptor (memfd_create); no child inherits it. Returns the descriptor, or minus the errno.
int clinux_memory_file(void);

/// Makes a file on the disk of a folder that has no name there and goes with its last descriptor (O_TMPFILE); no child inherits it. Returns the
/// descriptor, or minus the errno; not every file system can.
int clinux_unnamed_file(const char *folder);

/// Lets a program that is to be started begin in a folder (posix_spawn_file_actions_addchdir_np). Returns 0, or the errno.
int clinux_begin_in(posix_spawn_file_actions_t *actions, const char *folder);
#endif
