/* SPDX-License-Identifier: MIT */
/* The ways in which a pointer reaches more or less than one object of its type,
 * and what they share: the walk's scratch memory, reading, and saying that
 * there was nothing to read. */
#ifndef CT_VALUE_REACH_H
#define CT_VALUE_REACH_H

#include "value/walk.h"

/* Memory for a copy, given back in the reverse order. */
struct ct_loan {
	struct ct_walk *walk;
	unsigned char *data;
	size_t mark;
};

CT_MUST_CHECK
struct ct_error *ct_loan_take(struct ct_walk *walk, size_t size,
			      struct ct_loan *ret);
void ct_loan_return(struct ct_loan *loan);

/* How much there is; walk->unknown says why there is not more. */
size_t ct_walk_read(struct ct_walk *walk, uint64_t addr, void *buf,
		    size_t size);

void ct_walk_end(struct ct_walk *walk, uint64_t addr, enum ct_pointer_end why);
void ct_walk_unread(struct ct_walk *walk, uint64_t addr);
void ct_walk_short(struct ct_walk *walk, uint64_t addr, size_t got);

/* Text of exactly that many bytes, with any byte in it. */
CT_MUST_CHECK
struct ct_error *ct_walk_bytes(struct ct_walk *walk, uint64_t addr,
			       uint64_t extent);

/* `extent` bytes of objects, of which each has its size in it. */
CT_MUST_CHECK
struct ct_error *ct_walk_records(struct ct_walk *walk, struct ct_type *type,
				 const struct ct_member *size_at, uint64_t addr,
				 uint64_t extent);

/* An object that ends where a length says, its last member perhaps behind its
 * type.  named: the type as it is declared. */
CT_MUST_CHECK
struct ct_error *ct_walk_part(struct ct_walk *walk, struct ct_type *named,
			      struct ct_type *type, uint64_t addr,
			      uint64_t extent);

/* The numbers below `extent` whose bits are set: fd_set, cpu_set_t. */
CT_MUST_CHECK
struct ct_error *ct_walk_bits(struct ct_walk *walk, uint64_t addr,
			      uint64_t extent);

/* The control messages of a msghdr. */
CT_MUST_CHECK
struct ct_error *ct_walk_messages(struct ct_walk *walk, uint64_t addr,
				  uint64_t extent);

#endif
