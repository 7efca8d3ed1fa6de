/* SPDX-License-Identifier: MIT */
/*
 * What follows the last named parameter of the variadic functions of libc,
 * and what their va_list twins have in the list.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/sem.h>
#include <ulimit.h>

#include "prototypes/rules_tables.h"

/* clang-format off */
#define EQUAL(v)            .match = CT_RULE_MATCH_EQUAL, .value = (v)
#define FLAGS(v)            .match = CT_RULE_MATCH_FLAGS, .value = (v)
#define ALWAYS              .match = CT_RULE_MATCH_ALWAYS
#define ARGUMENTS(...)      .arguments = {__VA_ARGS__}
#define VALUE(type, name)   {type, name, CT_RULE_IN}
#define READS(type, name)   {type " *", name, CT_RULE_IN}
#define WRITES(type, name)  {type " *", name, CT_RULE_OUT}
#define UPDATES(type, name) {type " *", name, CT_RULE_INOUT}
/* clang-format on */

/* Of these rows the first that matches is taken; none means no arguments. */

/* open(2): O_TMPFILE contains O_DIRECTORY, so all of its bits must be set. */
static const struct ct_rule_choice open_choices[] = {
    {FLAGS(O_CREAT), ARGUMENTS(VALUE("mode_t", "mode"))},
    {FLAGS(O_TMPFILE), ARGUMENTS(VALUE("mode_t", "mode"))},
};

static const struct ct_rule_choice mq_open_choices[] = {
    {FLAGS(O_CREAT),
     ARGUMENTS(VALUE("mode_t", "mode"), READS("struct mq_attr", "attr"))},
};

static const struct ct_rule_choice sem_open_choices[] = {
    {FLAGS(O_CREAT),
     ARGUMENTS(VALUE("mode_t", "mode"), VALUE("unsigned int", "value"))},
};

/* fcntl(2).  The OFD commands and hints are Linux's. */
static const struct ct_rule_choice fcntl_choices[] = {
    {EQUAL(F_DUPFD), ARGUMENTS(VALUE("int", "arg"))},
    {EQUAL(F_DUPFD_CLOEXEC), ARGUMENTS(VALUE("int", "arg"))},
    {EQUAL(F_SETFD), ARGUMENTS(VALUE("int", "arg"))},
    {EQUAL(F_SETFL), ARGUMENTS(VALUE("int", "arg"))},
    {EQUAL(F_SETOWN), ARGUMENTS(VALUE("int", "arg"))},
    {EQUAL(F_SETSIG), ARGUMENTS(VALUE("int", "arg"))},
    {EQUAL(F_SETLEASE), ARGUMENTS(VALUE("int", "arg"))},
    {EQUAL(F_NOTIFY), ARGUMENTS(VALUE("int", "arg"))},
    {EQUAL(F_SETPIPE_SZ), ARGUMENTS(VALUE("int", "arg"))},
    {EQUAL(F_ADD_SEALS), ARGUMENTS(VALUE("int", "arg"))},
    {EQUAL(F_GETLK), ARGUMENTS(UPDATES("struct flock", "lock"))},
    {EQUAL(F_SETLK), ARGUMENTS(READS("struct flock", "lock"))},
    {EQUAL(F_SETLKW), ARGUMENTS(READS("struct flock", "lock"))},
    {EQUAL(F_OFD_GETLK), ARGUMENTS(UPDATES("struct flock", "lock"))},
    {EQUAL(F_OFD_SETLK), ARGUMENTS(READS("struct flock", "lock"))},
    {EQUAL(F_OFD_SETLKW), ARGUMENTS(READS("struct flock", "lock"))},
    {EQUAL(F_GETOWN_EX), ARGUMENTS(WRITES("struct f_owner_ex", "owner"))},
    {EQUAL(F_SETOWN_EX), ARGUMENTS(READS("struct f_owner_ex", "owner"))},
    {EQUAL(F_GET_RW_HINT), ARGUMENTS(WRITES("uint64_t", "hint"))},
    {EQUAL(F_SET_RW_HINT), ARGUMENTS(READS("uint64_t", "hint"))},
    {EQUAL(F_GET_FILE_RW_HINT), ARGUMENTS(WRITES("uint64_t", "hint"))},
    {EQUAL(F_SET_FILE_RW_HINT), ARGUMENTS(READS("uint64_t", "hint"))},
};

/* ioctl(2): a pointer where the request says so: those of ioctl_tty(2), which
 * are older than _IOR and _IOW, by name; the others by their direction.  The
 * rest is one word. */
static const struct ct_rule_choice ioctl_choices[] = {
    {EQUAL(TCGETS), ARGUMENTS(WRITES("struct termios", "argp"))},
    {EQUAL(TCSETS), ARGUMENTS(READS("struct termios", "argp"))},
    {EQUAL(TCSETSW), ARGUMENTS(READS("struct termios", "argp"))},
    {EQUAL(TCSETSF), ARGUMENTS(READS("struct termios", "argp"))},
    {EQUAL(TIOCGWINSZ), ARGUMENTS(WRITES("struct winsize", "argp"))},
    {EQUAL(TIOCSWINSZ), ARGUMENTS(READS("struct winsize", "argp"))},
    {EQUAL(TIOCGPGRP), ARGUMENTS(WRITES("pid_t", "argp"))},
    {EQUAL(TIOCSPGRP), ARGUMENTS(READS("pid_t", "argp"))},
    {EQUAL(TIOCGSID), ARGUMENTS(WRITES("pid_t", "argp"))},
    {EQUAL(TIOCMGET), ARGUMENTS(WRITES("int", "argp"))},
    {EQUAL(TIOCMSET), ARGUMENTS(READS("int", "argp"))},
    {EQUAL(TIOCOUTQ), ARGUMENTS(WRITES("int", "argp"))},
    {EQUAL(FIONREAD), ARGUMENTS(WRITES("int", "argp"))},
    {EQUAL(FIONBIO), ARGUMENTS(READS("int", "argp"))},
    {EQUAL(FIOASYNC), ARGUMENTS(READS("int", "argp"))},
    {FLAGS(_IOC(_IOC_READ, 0, 0, 0)), ARGUMENTS(WRITES("void", "argp"))},
    {FLAGS(_IOC(_IOC_WRITE, 0, 0, 0)), ARGUMENTS(READS("void", "argp"))},
    {ALWAYS, ARGUMENTS(VALUE("unsigned long", "argp"))},
};

/* prctl(2) says that callers pass all five; most do not. */
static const struct ct_rule_choice prctl_choices[] = {
    {ALWAYS,
     ARGUMENTS(VALUE("unsigned long", "arg2"), VALUE("unsigned long", "arg3"),
	       VALUE("unsigned long", "arg4"), VALUE("unsigned long", "arg5"))},
};

static const struct ct_rule_choice syscall_choices[] = {
    {ALWAYS, ARGUMENTS(VALUE("long", "arg1"), VALUE("long", "arg2"),
		       VALUE("long", "arg3"), VALUE("long", "arg4"),
		       VALUE("long", "arg5"), VALUE("long", "arg6"))},
};

static const struct ct_rule_choice mremap_choices[] = {
    {FLAGS(MREMAP_FIXED), ARGUMENTS(VALUE("void *", "new_address"))},
};

static const struct ct_rule_choice ptrace_choices[] = {
    {EQUAL(PTRACE_TRACEME)},
    {ALWAYS, ARGUMENTS(VALUE("pid_t", "pid"), VALUE("void *", "addr"),
		       VALUE("void *", "data"))},
};

/* semctl(2): union semun, by the member that the command uses. */
static const struct ct_rule_choice semctl_choices[] = {
    {EQUAL(SETVAL), ARGUMENTS(VALUE("int", "val"))},
    {EQUAL(IPC_STAT), ARGUMENTS(WRITES("struct semid_ds", "buf"))},
    {EQUAL(SEM_STAT), ARGUMENTS(WRITES("struct semid_ds", "buf"))},
    {EQUAL(IPC_SET), ARGUMENTS(READS("struct semid_ds", "buf"))},
    {EQUAL(GETALL), ARGUMENTS(WRITES("unsigned short", "array"))},
    {EQUAL(SETALL), ARGUMENTS(READS("unsigned short", "array"))},
    {EQUAL(IPC_INFO), ARGUMENTS(WRITES("struct seminfo", "buf"))},
    {EQUAL(SEM_INFO), ARGUMENTS(WRITES("struct seminfo", "buf"))},
};

/* clone(2): a later argument can only be passed after the earlier ones. */
#define CLONE_TLS_ARGUMENTS \
	VALUE("pid_t *", "parent_tid"), VALUE("void *", "tls")
static const struct ct_rule_choice clone_choices[] = {
    {FLAGS(CLONE_CHILD_SETTID),
     ARGUMENTS(CLONE_TLS_ARGUMENTS, VALUE("pid_t *", "child_tid"))},
    {FLAGS(CLONE_CHILD_CLEARTID),
     ARGUMENTS(CLONE_TLS_ARGUMENTS, VALUE("pid_t *", "child_tid"))},
    {FLAGS(CLONE_SETTLS), ARGUMENTS(CLONE_TLS_ARGUMENTS)},
    {FLAGS(CLONE_PARENT_SETTID), ARGUMENTS(WRITES("pid_t", "parent_tid"))},
    {FLAGS(CLONE_PIDFD), ARGUMENTS(WRITES("int", "pidfd"))},
};

static const struct ct_rule_choice ulimit_choices[] = {
    {EQUAL(UL_SETFSIZE), ARGUMENTS(VALUE("long", "newlimit"))},
};

/* clang-format off */
#define AT(i, parameter)   {#parameter, i}
#define LIST(i, parameter) .list = AT(i, parameter)
#define WIDE               .wide = true
#define ROW(f, k, i, parameter, ...)                                           \
	{.function = #f, .kind = CT_RULE_TAIL_##k, .control = AT(i, parameter),     \
	 ##__VA_ARGS__}
#define CHOICE(f, i, parameter, table)                                         \
	ROW(f, CHOICE, i, parameter, .choices = (table),                       \
	    .choice_count = sizeof(table) / sizeof((table)[0]))
/* clang-format on */

const struct ct_rule_tail ct_tail_rules[] = {
    ROW(argp_error, PRINTF, 1, fmt),
    ROW(argp_failure, PRINTF, 3, fmt),
    ROW(asprintf, PRINTF, 1, fmt),
    CHOICE(clone, 2, flags, clone_choices),
    ROW(dprintf, PRINTF, 1, format),
    ROW(err, PRINTF, 1, fmt),
    ROW(error, PRINTF, 2, format),
    ROW(error_at_line, PRINTF, 4, format),
    ROW(errx, PRINTF, 1, fmt),
    ROW(execl, STRINGS, 1, arg),
    ROW(execle, STRINGS, 1, arg, .vector_follows = true),
    ROW(execlp, STRINGS, 1, arg),
    CHOICE(fcntl, 1, cmd, fcntl_choices),
    ROW(fprintf, PRINTF, 1, format),
    ROW(fscanf, SCANF, 1, format),
    ROW(fwprintf, PRINTF, 1, format, WIDE),
    ROW(fwscanf, SCANF, 1, format, WIDE),
    CHOICE(ioctl, 1, request, ioctl_choices),
    CHOICE(mq_open, 1, oflag, mq_open_choices),
    CHOICE(mremap, 3, flags, mremap_choices),
    ROW(obstack_printf, PRINTF, 1, format),
    ROW(obstack_vprintf, PRINTF, 1, format, LIST(2, args)),
    CHOICE(open, 1, flags, open_choices),
    CHOICE(openat, 2, flags, open_choices),
    CHOICE(prctl, 0, option, prctl_choices),
    ROW(printf, PRINTF, 0, format),
    CHOICE(ptrace, 0, request, ptrace_choices),
    ROW(scanf, SCANF, 0, format),
    CHOICE(sem_open, 1, oflag, sem_open_choices),
    CHOICE(semctl, 2, cmd, semctl_choices),
    ROW(snprintf, PRINTF, 2, format),
    ROW(sprintf, PRINTF, 1, format),
    ROW(sscanf, SCANF, 1, format),
    ROW(strfmon, STRFMON, 2, format),
    ROW(strfmon_l, STRFMON, 3, format),
    ROW(swprintf, PRINTF, 2, format, WIDE),
    ROW(swscanf, SCANF, 1, format, WIDE),
    CHOICE(syscall, 0, number, syscall_choices),
    ROW(syslog, PRINTF, 1, format),
    CHOICE(ulimit, 0, cmd, ulimit_choices),
    ROW(vasprintf, PRINTF, 1, fmt, LIST(2, ap)),
    ROW(vdprintf, PRINTF, 1, format, LIST(2, ap)),
    ROW(verr, PRINTF, 1, fmt, LIST(2, args)),
    ROW(verrx, PRINTF, 1, fmt, LIST(2, args)),
    ROW(vfprintf, PRINTF, 1, format, LIST(2, ap)),
    ROW(vfscanf, SCANF, 1, format, LIST(2, ap)),
    ROW(vfwprintf, PRINTF, 1, format, LIST(2, args), WIDE),
    ROW(vfwscanf, SCANF, 1, format, LIST(2, arg), WIDE),
    ROW(vprintf, PRINTF, 0, format, LIST(1, ap)),
    ROW(vscanf, SCANF, 0, format, LIST(1, ap)),
    ROW(vsnprintf, PRINTF, 2, format, LIST(3, ap)),
    ROW(vsprintf, PRINTF, 1, format, LIST(2, ap)),
    ROW(vsscanf, SCANF, 1, format, LIST(2, ap)),
    ROW(vswprintf, PRINTF, 2, format, LIST(3, args), WIDE),
    ROW(vswscanf, SCANF, 1, format, LIST(2, arg), WIDE),
    ROW(vsyslog, PRINTF, 1, format, LIST(2, ap)),
    ROW(vwarn, PRINTF, 0, fmt, LIST(1, args)),
    ROW(vwarnx, PRINTF, 0, fmt, LIST(1, args)),
    ROW(vwprintf, PRINTF, 0, format, LIST(1, args), WIDE),
    ROW(vwscanf, SCANF, 0, format, LIST(1, arg), WIDE),
    ROW(warn, PRINTF, 0, fmt),
    ROW(warnx, PRINTF, 0, fmt),
    ROW(wprintf, PRINTF, 0, format, WIDE),
    ROW(wscanf, SCANF, 0, format, WIDE),
};
const size_t ct_tail_rule_count =
    sizeof(ct_tail_rules) / sizeof(ct_tail_rules[0]);
