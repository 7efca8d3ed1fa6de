/* SPDX-License-Identifier: MIT */
/*
 * System calls as calls of functions: a form has the prototype of one, its
 * plan and its signature, and a call of it is captured into a record that
 * trace/ writes like any other.
 *
 * Engines know a number, six words, a result and memory; nothing here knows
 * where these are from.
 */
#ifndef CT_SYSCALL_SYSCALLS_H
#define CT_SYSCALL_SYSCALLS_H

#include "syscall/table.h"
#include "value/capture.h"

struct ct_syscalls;

/* How one call, or one of its variants, is captured and shown.  It lives as
 * long as the struct ct_syscalls. */
struct ct_syscall_form {
	const struct ct_syscall *call; /* NULL: the number is not known */
	uint32_t number;
	const char *name;     /* `openat`; `<9999>` */
	struct ct_type *type; /* CT_TYPE_FUNCTION */
	const struct ct_plan *plan;
	struct ct_signature *signature;
};

/* A path of 4096 bytes is whole (PATH_MAX). */
extern const struct ct_limits ct_syscall_limits;

/*
 * @param path    The prototypes' debug information (syscalls.so).
 * @param limits  How much of a value is captured.
 */
CT_MUST_CHECK
struct ct_error *ct_syscalls_open(const char *path,
				  const struct ct_limits *limits,
				  struct ct_syscalls **ret);
void ct_syscalls_close(struct ct_syscalls *syscalls);

/* How many bytes of data traces show from now on; when that is more than is
 * captured, so much more is captured from now on, too. */
void ct_syscalls_limit_data(struct ct_syscalls *syscalls, uint32_t string);

/*
 * The form of a call with these arguments.  It is made when it is first asked
 * for; after that nothing is allocated.  A number that is not known has six
 * unsigned long, param0 to param5; so has one with CT_SYSCALL_I386.
 */
CT_MUST_CHECK
struct ct_error *ct_syscalls_form(struct ct_syscalls *syscalls, uint64_t number,
				  const uint64_t args[CT_SYSCALL_ARGS],
				  const struct ct_syscall_form **ret);

/* The same, of what has been made: NULL for another.  A number that is not
 * known needs no debug information, and is made. */
const struct ct_syscall_form *ct_syscalls_find(
    struct ct_syscalls *syscalls, uint64_t number,
    const uint64_t args[CT_SYSCALL_ARGS]);

/* Make all forms that a known number can have. */
CT_MUST_CHECK
struct ct_error *ct_syscalls_each_form(
    struct ct_syscalls *syscalls, uint64_t number,
    void (*each)(void *arg, const struct ct_syscall_form *form), void *arg);

/*
 * Capture a call at its entry.  *record is filled from args_size on and its
 * flags; the rest (who, when) is the caller's.  `capacity` bytes at record,
 * aligned to 8, at least CT_CAPTURE_SIZE.
 */
void ct_syscall_capture_entry(const struct ct_syscall_form *form,
			      const uint64_t args[CT_SYSCALL_ARGS],
			      const struct ct_memory *memory, size_t capacity,
			      struct ct_record *record);

/* Complete the record at the return, with what the call has written and, for
 * an error, errno. */
void ct_syscall_capture_exit(const struct ct_syscall_form *form, int64_t result,
			     const struct ct_memory *memory, size_t capacity,
			     struct ct_record *record);

/*
 * Note what the descriptors of a call are at this moment: behind the capture of
 * the entry those of its arguments, behind that of the exit the result's.
 *
 * @param name  Puts the path (`/dev/null`, `socket:[7]`) of a descriptor, or
 *              of AT_FDCWD, into buf and returns its length; 0: not known.
 *              AT_FDCWD before an absolute path is not asked for.
 */
struct ct_syscall_descriptors {
	size_t (*name)(void *arg, int fd, char *buf, size_t size);
	void *arg;
};
void ct_syscall_note_descriptors(
    const struct ct_syscall_form *form, const uint64_t args[CT_SYSCALL_ARGS],
    const struct ct_syscall_descriptors *descriptors, size_t capacity,
    struct ct_record *record);

#endif
