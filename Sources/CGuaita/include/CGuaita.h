// SPDX-License-Identifier: GPL-3.0-or-later
// What Swift cannot see by itself: variadic functions and everything behind _GNU_SOURCE.
#ifndef CGUAITA_H
#define CGUAITA_H

/// open(2)'s O_PATH: a descriptor that names a file without opening it.
extern const int guaita_O_PATH;

/// openat2(2) with RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS: `path` is resolved as if `root` were `/`, so that neither
/// `..` nor a link leads out of it. Answers a descriptor, or the errno, negated.
int guaita_open_in_root(int root, const char *path, int flags);

/// 1 when a descriptor is on procfs, where links may lead elsewhere than they say (proc(5), /proc/pid/root).
int guaita_is_on_procfs(int descriptor);

#endif
