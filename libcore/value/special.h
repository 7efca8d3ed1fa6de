/* SPDX-License-Identifier: MIT */
/*
 * What the names of types and members say of how they are shown and how far
 * they reach: the conventions of libcore/syscall/own_types.h, and the structs
 * in which one member counts what another points to.
 */
#ifndef CT_VALUE_SPECIAL_H
#define CT_VALUE_SPECIAL_H

#include "value/walk.h"

enum {
	CT_SPECIAL_DEPTH_MAX = 64 /* typedefs of typedefs */
};

/* Show a value whose type is a typedef of ours; false: it is none, and
 * nothing was told. */
bool ct_walk_special(struct ct_walk *walk, struct ct_type *type,
		     struct ct_type *stripped, const struct ct_span *span);

/* Whether it may be such a value. */
bool ct_special_is_typedef(struct ct_type *type);

/* A struct of the C library whose members are its own affair: a stream leads to
 * all others by its list.  Pointers to one are addresses. */
bool ct_special_is_private(const struct ct_type *type);

/* A control message's header: cmsg(3). */
bool ct_special_is_control(const struct ct_type *type);

/* True for a union of which another member says what it has. */
bool ct_special_is_choice(const struct ct_member *member);

/* What members[index], a choice, has in the object in the span: one of its
 * members, or NULL. */
CT_MUST_CHECK
struct ct_error *ct_special_choose(const struct ct_member *members,
				   size_t count, size_t index,
				   const struct ct_span *span,
				   const struct ct_member **ret);

/* A length in an object. */
struct ct_special_length {
	enum ct_extent_kind kind;
	uint64_t offset;
	uint32_t size;
	bool by_result; /* of a call that fills it, the result counts, too */
};

/* True when the next member says how far pointer members[index] reaches. */
bool ct_special_is_counted(const struct ct_member *members, size_t count,
			   size_t index, struct ct_special_length *ret);

/* Where the size of such an object is in it, one of unequal ones that lie one
 * behind the other; NULL: the type is no such one. */
CT_MUST_CHECK
struct ct_error *ct_special_record_size(struct ct_type *type,
					const struct ct_member **ret);

/* The length in an object of which `size` bytes are there. */
uint64_t ct_special_length(const struct ct_special_length *length,
			   const void *object, size_t size);

#endif
