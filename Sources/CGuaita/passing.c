// SPDX-License-Identifier: GPL-3.0-or-later
#define _GNU_SOURCE
#include "CGuaita.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

// CMSG_LEN, not CMSG_SPACE: the padding that CMSG_SPACE counts is room for a second descriptor.
union control {
    struct cmsghdr header;
    char room[CMSG_SPACE(sizeof(int))];
};

long guaita_send(int socket, const void *bytes, size_t count, int file, int waits) {
    struct iovec vector = {.iov_base = (void *)bytes, .iov_len = count};
    union control control;
    struct msghdr message = {.msg_iov = &vector, .msg_iovlen = 1};
    if (file >= 0) {
        memset(&control, 0, sizeof control);
        control.header.cmsg_len = CMSG_LEN(sizeof file);
        control.header.cmsg_level = SOL_SOCKET;
        control.header.cmsg_type = SCM_RIGHTS;
        memcpy(CMSG_DATA(&control.header), &file, sizeof file);
        message.msg_control = &control;
        message.msg_controllen = CMSG_LEN(sizeof file);
    }
    for (;;) {
        ssize_t result = sendmsg(socket, &message, MSG_NOSIGNAL | (waits ? 0 : MSG_DONTWAIT));
        if (result >= 0) return result;
        if (errno != EINTR) return -errno;
    }
}

long guaita_receive(int socket, void *bytes, size_t count, int *file, int waits) {
    *file = -1;
    struct iovec vector = {.iov_base = bytes, .iov_len = count};
    union control control;
    struct msghdr message = {.msg_iov = &vector, .msg_iovlen = 1};
    ssize_t result;
    do {
        memset(&control, 0, sizeof control);
        message.msg_control = &control;
        message.msg_controllen = CMSG_LEN(sizeof(int));
        result = recvmsg(socket, &message, MSG_CMSG_CLOEXEC | (waits ? 0 : MSG_DONTWAIT));
    } while (result < 0 && errno == EINTR);
    if (result < 0) return -errno;
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    if (header && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS &&
        header->cmsg_len == CMSG_LEN(sizeof(int)))
        memcpy(file, CMSG_DATA(header), sizeof *file);
    // MSG_CTRUNC: there were more descriptors; the kernel has closed those that had no room.
    if (message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) {
        if (*file >= 0) close(*file);
        *file = -1;
        return -EBADMSG;
    }
    return result;
}

int guaita_memory_file(const char *name) {
    int descriptor = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
    return descriptor < 0 ? -errno : descriptor;
}

int guaita_seal(int descriptor) {
    int seals = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;
    return fcntl(descriptor, F_ADD_SEALS, seals) < 0 ? -errno : 0;
}
