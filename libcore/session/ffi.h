/* SPDX-License-Identifier: MIT */
/* What ffi.c and ffi_result.c share. */
#ifndef CT_SESSION_FFI_H
#define CT_SESSION_FFI_H

#include "program/ffi.h"
#include "session/internal.h"

/* The last ffi_call of a thread, when it was for a function of ours. */
struct ct_ffi_thread {
	pid_t tid;
	uint64_t fn;   /* 0: it was not, or its call has been met */
	uint64_t cif;  /* where the ffi_cif is */
	uint64_t from; /* where its ffi_call is */
	UT_hash_handle hh;
};

/* What pointers turn out to be; bit i: parameter i. */
struct ct_ffi_found {
	uint64_t bytes;     /* of Python */
	uint64_t functions; /* callbacks */
};

/* By a plan's address and the key of a cif, or by another view's address and
 * what its pointers turned out to be. */
struct ct_ffi_view {
	struct ct_view view;
	struct ct_type *type; /* what it shows; NULL: the watch's own */
	uint64_t unknown; /* bit i: parameter i points to nobody knows what */
	UT_hash_handle hh;
	uint8_t key[];
};

/* Where a caller looks for a mock's result, and what it is to find there. */
struct ct_ffi_answer {
	struct ct_ffi_answer_key {
		const struct ct_mock *mock;
		const struct ct_type *caller;
	} key;
	struct ct_place place;  /* of the result; no pieces: nowhere else */
	struct ct_place second; /* for one that nothing is known of */
	uint32_t size;
	uint8_t *bytes;    /* the arena's */
	uint8_t other[16]; /* the bytes of `second` */
	UT_hash_handle hh;
};

/* What was noted, once each. */
struct ct_ffi_sentence {
	UT_hash_handle hh;
	char text[];
};

struct ct_ffi {
	struct ct_ffi_thread *threads;
	struct ct_ffi_view *views;
	struct ct_ffi_answer *answers;
	struct ct_ffi_sentence *sentences;
	uint64_t bytes_type; /* PyBytes_Type's address; 0: no CPython */
	uint8_t key[sizeof(void *) + CT_FFI_KEY_MAX];
};

/* NULL when memory is short. */
struct ct_ffi *ct_session_get_ffi(struct ct_session *session);

/* Write a sentence into the trace, unless it is there; behind the function's
 * name, when that is not NULL. */
void ct_session_ffi_note(struct ct_session *session, const char *function,
			 const char *text);

/* What a caller passes as bytes of Python or as a callback, of pointers that
 * nothing else is known of: ffi_bytes.c */
void ct_ffi_find_bytes_type(struct ct_session *session);
uint64_t ct_ffi_unknown_pointers(struct ct_type *type);
struct ct_view ct_ffi_view_of_known(struct ct_session *session,
				    const struct ct_watch *watch, pid_t tid,
				    const struct ct_ffi_view *view);

#endif
