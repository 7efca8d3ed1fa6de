/* SPDX-License-Identifier: MIT */
/* Making errors; reading them is in <ctester/error.h>. */
#ifndef CT_BASE_ERROR_H
#define CT_BASE_ERROR_H

#include "ctester/error.h"

#define CT_MUST_CHECK     __attribute__((warn_unused_result))
#define CT_NONNULL_RESULT __attribute__((returns_nonnull))
#define CT_PRINTF(f, a)   __attribute__((format(printf, f, a)))

/* The one error that needs no memory; ct_error_destroy() leaves it alone. */
extern struct ct_error ct_enomem;

/*
 * A new error with a message of one line.  Never NULL: when memory is short
 * it is ct_enomem.  `%m` works: errno is read before anything else runs.
 */
struct ct_error *ct_error_format(enum ct_error_code code, const char *format,
				 ...) CT_PRINTF(2, 3) CT_NONNULL_RESULT;

/* Put "prefix: " before the message of err, and return err.  Owns err. */
struct ct_error *ct_error_prefix(struct ct_error *err, const char *format, ...)
    CT_PRINTF(2, 3);

#endif
