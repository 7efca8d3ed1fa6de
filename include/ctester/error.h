/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Errors: one idiom for the whole library.
 *
 * A function that can fail returns `struct ct_error *`: NULL for success,
 * else an error that the caller owns.  Its result comes last, as `ret`, and is
 * untouched on failure.  Absence is not an error: it is a NULL result.
 */
#ifndef CTESTER_ERROR_H
#define CTESTER_ERROR_H

#ifdef __cplusplus
extern "C" {
#endif

/** What kind of thing went wrong; the message says the rest. */
enum ct_error_code {
	CT_ERROR_NO_MEMORY,    /**< an allocation failed */
	CT_ERROR_OS,           /**< a system call failed; the message has why */
	CT_ERROR_BAD_DATA,     /**< a file or record is damaged */
	CT_ERROR_BAD_ARGUMENT, /**< the user asked for what makes no sense */
	CT_ERROR_NOT_FOUND,    /**< a name that nothing has */
	CT_ERROR_AMBIGUOUS,    /**< a name that several things have */
	CT_ERROR_UNSUPPORTED,  /**< understood, and not possible here */
	CT_ERROR_FAULT,        /**< the program's memory cannot be read */
};

struct ct_error;

/** The kind of @p err, which must not be NULL. */
enum ct_error_code ct_error_code(const struct ct_error *err);

/** One line for a person, without a newline; lives as long as @p err. */
const char *ct_error_message(const struct ct_error *err);

/** Release @p err; NULL is fine. */
void ct_error_destroy(struct ct_error *err);

#ifdef __cplusplus
}
#endif
#endif
