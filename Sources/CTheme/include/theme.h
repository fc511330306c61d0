#ifndef THEME_H
#define THEME_H

#include <stddef.h>

/// One file of the built-in theme. The bytes live as long as the process.
struct theme_file {
    /// Below the repository: "site/tidewatch.css". Null behind the last file.
    const char *path;
    const unsigned char *bytes;
    size_t count;
};

size_t theme_file_count(void);

/// In the order of paths, byte by byte.
struct theme_file theme_file_at(size_t index);

#endif
