// SPDX-License-Identifier: GPL-3.0-or-later
#define _GNU_SOURCE
#include "GuaitaSandbox.h"
#include <errno.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

// Same on every architecture; older headers lack them.
#ifndef SYS_close_range
#define SYS_close_range 436
#endif
#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444
#define SYS_landlock_restrict_self 446
#endif

/// Where the next measure goes.
struct list {
    struct guaita_measure *measures;
    int count;
};

static struct guaita_measure *begin(struct list *list, const char *name) {
    struct guaita_measure *measure = &list->measures[list->count++];
    measure->name = name;
    measure->why_not[0] = 0;
    return measure;
}

static void failed(struct guaita_measure *measure, const char *call) {
    snprintf(measure->why_not, sizeof measure->why_not, "%s: %s", call, strerror(errno));
}

static void descriptors(struct list *list, const struct guaita_limits *limits) {
    struct guaita_measure *measure = begin(list, "descriptors");
    if (syscall(SYS_close_range, limits->socket + 1, ~0U, 0) != 0) failed(measure, "close_range");
}

static void privileges(struct list *list) {
    struct guaita_measure *measure = begin(list, "no-new-privileges");
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) failed(measure, "prctl");
    measure = begin(list, "not-dumpable");
    if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) failed(measure, "prctl");
}

int guaita_keep_capabilities(void) {
    // A kernel without ambient capabilities (before 4.3) has none to clear.
    return prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) != 0 && errno != EINVAL ? -1 : 0;
}

static void capabilities(struct list *list) {
    struct guaita_measure *measure = begin(list, "capabilities");
    if (guaita_keep_capabilities() != 0) failed(measure, "prctl");
    // Dropping the bounding set takes CAP_SETPCAP, which the service does not have. It only matters to execve(2), which
    // the filter refuses.
    for (int capability = 0; capability < 64; capability++) prctl(PR_CAPBSET_DROP, capability, 0, 0, 0);
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct none[2] = {{0}}, now[2];
    if (syscall(SYS_capset, &header, none) == 0) return;
    // The service's unit does not allow capset(2), nor does a worker of it need it: it has none to give up.
    failed(measure, "capset");
    if (syscall(SYS_capget, &header, now) == 0 && now[0].permitted == 0 && now[1].permitted == 0) measure->why_not[0] = 0;
}

static void resources(struct list *list, const struct guaita_limits *limits) {
    struct guaita_measure *measure = begin(list, "resource-limits");
    const struct {
        int resource;
        uint64_t limit;
    } each[] = {
        {RLIMIT_CORE, 0},
        {RLIMIT_NPROC, 0},
        {RLIMIT_MSGQUEUE, 0},
        {RLIMIT_NOFILE, limits->open_files},
        {RLIMIT_FSIZE, limits->file},
        {RLIMIT_DATA, limits->memory},
        {RLIMIT_AS, limits->address_space},
    };
    for (size_t index = 0; index < sizeof each / sizeof each[0]; index++) {
        // A limit that is already lower stays: raising it takes CAP_SYS_RESOURCE.
        struct rlimit now;
        if (getrlimit(each[index].resource, &now) != 0) failed(measure, "getrlimit");
        rlim_t limit = each[index].limit < now.rlim_max ? each[index].limit : now.rlim_max;
        struct rlimit wanted = {.rlim_cur = limit, .rlim_max = limit};
        if (setrlimit(each[index].resource, &wanted) != 0) failed(measure, "setrlimit");
    }
}

/// landlock(7)'s `struct landlock_ruleset_attr` as of ABI 6; the kernel is told how much of it it knows.
struct ruleset {
    uint64_t files;
    uint64_t network;
    uint64_t scoped;
};

static void landlock(struct list *list) {
    struct guaita_measure *files = begin(list, "landlock-files");
    struct guaita_measure *network = begin(list, "landlock-network");
    struct guaita_measure *scoped = begin(list, "landlock-signals");
    // LANDLOCK_CREATE_RULESET_VERSION is 1: asks for the ABI.
    long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, 1);
    if (abi < 1) {
        const char *why = errno == EOPNOTSUPP ? "the kernel has Landlock, but not switched on" : strerror(errno);
        for (struct guaita_measure *each = files; each <= scoped; each++)
            snprintf(each->why_not, sizeof each->why_not, "no Landlock: %s", why);
        return;
    }
    struct ruleset none = {0};
    // Rights by ABI: 1 has 13, 2 adds REFER, 3 TRUNCATE, 5 IOCTL_DEV.
    none.files = abi >= 5 ? 0xFFFF : abi >= 3 ? 0x7FFF : abi >= 2 ? 0x3FFF : 0x1FFF;
    // BIND_TCP and CONNECT_TCP.
    if (abi >= 4) none.network = 0x3;
    // Abstract unix sockets and signals.
    if (abi >= 6) none.scoped = 0x3;
    size_t size = abi >= 6 ? sizeof none : abi >= 4 ? offsetof(struct ruleset, scoped) : offsetof(struct ruleset, network);
    const char *call = "landlock_create_ruleset";
    long ruleset = syscall(SYS_landlock_create_ruleset, &none, size, 0);
    long result = ruleset;
    if (ruleset >= 0) {
        call = "landlock_restrict_self";
        result = syscall(SYS_landlock_restrict_self, ruleset, 0);
        int error = errno;
        close((int)ruleset);
        errno = error;
    }
    if (result < 0)
        for (struct guaita_measure *each = files; each <= scoped; each++) failed(each, call);
    else {
        if (abi < 4) snprintf(network->why_not, sizeof network->why_not, "Landlock's ABI is %ld; 4 has it", abi);
        if (abi < 6) snprintf(scoped->why_not, sizeof scoped->why_not, "Landlock's ABI is %ld; 6 has it", abi);
    }
}

#if defined(__x86_64__)
#define GUAITA_ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define GUAITA_ARCHITECTURE AUDIT_ARCH_AARCH64
#endif

#ifdef GUAITA_ARCHITECTURE

/// A system call that is allowed: always, or where the low half of an argument, masked, is a value.
struct allowed {
    int number;
    int argument;
    uint32_t mask;
    uint32_t value;
};

enum { any = -1 };

/// The filter. What is not listed fails with EPERM.
static void seccomp(struct list *list, const struct guaita_limits *limits) {
    struct guaita_measure *measure = begin(list, "seccomp");
    const uint32_t self = (uint32_t)getpid(), socket = (uint32_t)limits->socket;
    const struct allowed calls[] = {
        // The broker.
        {SYS_recvmsg, 0, ~0U, socket},
        {SYS_sendmsg, 0, ~0U, socket},
        // Files it hands over. No call that takes a path.
        {SYS_read, any, 0, 0},
        {SYS_pread64, any, 0, 0},
        {SYS_write, any, 0, 0},
        {SYS_writev, any, 0, 0},
        // Logs are read from an offset on, and glibc's stdio asks where it stands before it writes its first line.
        {SYS_lseek, any, 0, 0},
        {SYS_fstat, any, 0, 0},
        {SYS_fstatfs, any, 0, 0},
        {SYS_close, any, 0, 0},
        // libsystemd is given copies of journal files; other commands of fcntl(2) send signals.
        {SYS_fcntl, 1, ~0U, F_DUPFD_CLOEXEC},
        // Memory that is never code.
        {SYS_mmap, 2, PROT_EXEC, 0},
        {SYS_mprotect, 2, PROT_EXEC, 0},
        {SYS_munmap, any, 0, 0},
        {SYS_mremap, any, 0, 0},
        {SYS_madvise, any, 0, 0},
        {SYS_brk, any, 0, 0},
        // What a runtime does.
        {SYS_futex, any, 0, 0},
        {SYS_clock_gettime, any, 0, 0},
        {SYS_gettimeofday, any, 0, 0},
        {SYS_getrandom, any, 0, 0},
        {SYS_getpid, any, 0, 0},
        {SYS_gettid, any, 0, 0},
        {SYS_restart_syscall, any, 0, 0},
        // Ways to end.
        {SYS_rt_sigaction, any, 0, 0},
        {SYS_rt_sigprocmask, any, 0, 0},
        {SYS_rt_sigreturn, any, 0, 0},
        {SYS_sigaltstack, any, 0, 0},
        {SYS_tgkill, 0, ~0U, self},
        {SYS_exit, any, 0, 0},
        {SYS_exit_group, any, 0, 0},
    };
    enum { count = sizeof calls / sizeof calls[0] };
    const uint32_t number = offsetof(struct seccomp_data, nr);
    struct sock_filter code[5 + 6 * count];
    unsigned short length = 0;
#define EMIT(instruction) code[length++] = (struct sock_filter)instruction
    EMIT(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)));
    EMIT(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, GUAITA_ARCHITECTURE, 1, 0));
    EMIT(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS));
    // Numbers of the x32 ABI share AUDIT_ARCH_X86_64 but have bit 30 set, so that none of them equals one listed.
    EMIT(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, number));
    for (int index = 0; index < count; index++) {
        const struct allowed *call = &calls[index];
        if (call->argument == any) {
            EMIT(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)call->number, 0, 1));
            EMIT(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
            continue;
        }
        // Both architectures are little-endian: the low half comes first.
        uint32_t argument = (uint32_t)(offsetof(struct seccomp_data, args) + sizeof(uint64_t) * (size_t)call->argument);
        EMIT(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)call->number, 0, 5));
        EMIT(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, argument));
        EMIT(BPF_STMT(BPF_ALU | BPF_AND | BPF_K, call->mask));
        EMIT(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, call->value, 0, 1));
        EMIT(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
        EMIT(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, number));
    }
    EMIT(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM));
#undef EMIT
    struct sock_fprog program = {.len = length, .filter = code};
    if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) != 0) failed(measure, "seccomp");
}

#else

static void seccomp(struct list *list, const struct guaita_limits *limits) {
    (void)limits;
    struct guaita_measure *measure = begin(list, "seccomp");
    snprintf(measure->why_not, sizeof measure->why_not, "no list of system calls for this architecture");
}

#endif

int guaita_lower(const struct guaita_limits *limits, struct guaita_measure *measures) {
    struct list list = {.measures = measures};
    // Started as /proc/self/exe, it would be "exe" to ps(1).
    prctl(PR_SET_NAME, "guaita-worker", 0, 0, 0);
    descriptors(&list, limits);
    privileges(&list);
    capabilities(&list);
    resources(&list, limits);
    landlock(&list);
    seccomp(&list, limits);
    return list.count;
}
