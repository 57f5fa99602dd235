// SPDX-License-Identifier: GPL-3.0-or-later
// What Swift cannot see by itself: variadic functions and everything behind _GNU_SOURCE.
#ifndef CGUAITA_H
#define CGUAITA_H

#include <stddef.h>
#include <sys/inotify.h>
#include <sys/signalfd.h>
#include <sys/types.h>
#include "GuaitaSandbox.h"

/// open(2)'s O_PATH: a descriptor that names a file without opening it.
extern const int guaita_O_PATH;

/// openat2(2) with RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS: `path` is resolved as if `root` were `/`, so that neither
/// `..` nor a link leads out of it. Answers a descriptor, or the errno, negated.
int guaita_open_in_root(int root, const char *path, int flags);

/// 1 when a descriptor is on procfs, where links may lead elsewhere than they say (proc(5), /proc/pid/root).
int guaita_is_on_procfs(int descriptor);

/// sendmsg(2) of one packet, with a descriptor (SCM_RIGHTS) unless `file` is negative; never SIGPIPE. With `waits` 0 a
/// full socket is EAGAIN. Answers the bytes sent, or the errno, negated.
long guaita_send(int socket, const void *bytes, size_t count, int file, int waits);

/// recvmsg(2) of one packet and the descriptor that came with it (close-on-exec), -1 where none did. A packet that is
/// larger than `count`, or brought more than one descriptor, is EBADMSG, and nothing of it stays open. Answers its size,
/// 0 where the other end is closed, or the errno, negated.
long guaita_receive(int socket, void *bytes, size_t count, int *file, int waits);

/// memfd_create(2), close-on-exec, to be sealed later. Answers a descriptor, or the errno, negated.
int guaita_memory_file(const char *name);

/// No more writing, growing, shrinking nor other seals (fcntl(2), F_ADD_SEALS). Answers 0, or the errno, negated.
int guaita_seal(int descriptor);

/// Starts `program worker --memory memory` with `socket` as its descriptor 3, /dev/null as input and output, the same
/// standard error, and nothing else of the caller's that is not closed on exec. Answers 0 or an errno.
int guaita_spawn_worker(const char *program, const char *memory, int socket, pid_t *pid);

#endif
