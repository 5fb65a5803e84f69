/* What Android's C library calls by another name than this system's; everything else comes from libc.so.6. */
#include <errno.h>
#include <stddef.h>

int *__errno(void) { return __errno_location(); }

extern int __xpg_strerror_r(int number, char *buffer, size_t length);
int strerror_r(int number, char *buffer, size_t length) { return __xpg_strerror_r(number, buffer, length); }
