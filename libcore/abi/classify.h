/* SPDX-License-Identifier: MIT */
/* The classes of a value's eightbytes: System V ABI, AMD64, 3.2.3. */
#ifndef CT_ABI_CLASSIFY_H
#define CT_ABI_CLASSIFY_H

#include "base/error.h"
#include "ctester/type.h"

enum {
	CT_EIGHTBYTES_MAX = 8 /* what is larger than that is in memory */
};

enum ct_abi_class {
	CT_CLASS_NONE,
	CT_CLASS_INTEGER,
	CT_CLASS_SSE,
	CT_CLASS_SSEUP,
	CT_CLASS_X87,
	CT_CLASS_X87UP,
	CT_CLASS_COMPLEX_X87,
	CT_CLASS_MEMORY,
};

/* The classes of one value; count 0 when it is empty. */
struct ct_abi_classes {
	size_t count;
	enum ct_abi_class of[CT_EIGHTBYTES_MAX];
	bool memory;
	unsigned visits; /* of members, to bound the work */
};

/* The classes of a type without typedefs and qualifiers that has a size. */
CT_MUST_CHECK
struct ct_error *ct_abi_classify(struct ct_type *type,
				 struct ct_abi_classes *ret);

/* What such a type's address on the stack is a multiple of: 8 or more. */
CT_MUST_CHECK
struct ct_error *ct_abi_stack_align(struct ct_type *type, uint64_t *ret);

#endif
