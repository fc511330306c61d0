#ifndef CLINUX_H
#define CLINUX_H
// System calls that Swift's Glibc overlay does not show.

/// Swaps two paths in one step (renameat2 with RENAME_EXCHANGE). Returns 0, or the errno.
int clinux_exchange(const char *a, const char *b);
#endif
