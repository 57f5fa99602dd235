// SPDX-License-Identifier: GPL-3.0-or-later
#define _GNU_SOURCE
#include "CGuaita.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

const int guaita_O_PATH = O_PATH;

int guaita_open_in_root(int root, const char *path, int flags) {
    struct open_how how = {
        .flags = (unsigned int)flags,
        .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS,
    };
    // EAGAIN: a directory was renamed meanwhile and the kernel could not rule out an escape; openat2(2) says to retry.
    for (int attempt = 0; attempt < 32; attempt++) {
        long descriptor = syscall(SYS_openat2, root, path, &how, sizeof how);
        if (descriptor >= 0) return (int)descriptor;
        if (errno != EAGAIN && errno != EINTR) break;
    }
    return -errno;
}

int guaita_is_on_procfs(int descriptor) {
    struct statfs filesystem;
    return fstatfs(descriptor, &filesystem) == 0 && filesystem.f_type == PROC_SUPER_MAGIC;
}
