/* SPDX-License-Identifier: MIT */
/* Errors carry a code and one line of text, in one allocation each. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"

struct ct_error {
	enum ct_error_code code;
	char *message;
};

static char enomem_message[] = "out of memory";
struct ct_error ct_enomem = {CT_ERROR_NO_MEMORY, enomem_message};

enum ct_error_code ct_error_code(const struct ct_error *err)
{
	return err->code;
}

const char *ct_error_message(const struct ct_error *err)
{
	return err->message;
}

void ct_error_destroy(struct ct_error *err)
{
	if (!err || err == &ct_enomem)
		return;
	free(err->message);
	free(err);
}

struct ct_error *ct_error_format(enum ct_error_code code, const char *format,
				 ...)
{
	int saved_errno = errno;
	struct ct_error *err = malloc(sizeof(*err));
	if (!err)
		return &ct_enomem;

	va_list args;
	va_start(args, format);
	errno = saved_errno;
	int length = vasprintf(&err->message, format, args);
	va_end(args);
	if (length < 0) {
		free(err);
		return &ct_enomem;
	}
	err->code = code;
	return err;
}

struct ct_error *ct_error_prefix(struct ct_error *err, const char *format, ...)
{
	if (err == &ct_enomem)
		return err;

	char *prefix;
	va_list args;
	va_start(args, format);
	int length = vasprintf(&prefix, format, args);
	va_end(args);
	if (length < 0)
		return err;

	char *whole;
	if (asprintf(&whole, "%s: %s", prefix, err->message) >= 0) {
		free(err->message);
		err->message = whole;
	}
	free(prefix);
	return err;
}
