/* SPDX-License-Identifier: MIT */
/*
 * A growing run of bytes.  A failed allocation is remembered instead of being
 * returned from every append: what is appended after it is dropped, and the
 * one who finishes the buffer asks ct_buffer_failed() once.
 */
#ifndef CT_BASE_BUFFER_H
#define CT_BASE_BUFFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct ct_buffer {
	char *data; /* NULL while empty; not NUL-terminated */
	size_t size;
	size_t capacity;
	bool failed;
};

void ct_buffer_init(struct ct_buffer *buffer);
void ct_buffer_deinit(struct ct_buffer *buffer);

static inline bool ct_buffer_failed(const struct ct_buffer *buffer)
{
	return buffer->failed;
}

/* Make room for `size` more bytes; false, and failed, when there is none. */
bool ct_buffer_reserve(struct ct_buffer *buffer, size_t size);

/* Forget the content, keep the memory; clears the failure. */
static inline void ct_buffer_clear(struct ct_buffer *buffer)
{
	buffer->size = 0;
	buffer->failed = false;
}

static inline void ct_buffer_append(struct ct_buffer *buffer, const void *data,
				    size_t size)
{
	if (buffer->capacity - buffer->size < size &&
	    !ct_buffer_reserve(buffer, size))
		return;
	if (size)
		memcpy(buffer->data + buffer->size, data, size);
	buffer->size += size;
}

static inline void ct_buffer_putc(struct ct_buffer *buffer, char c)
{
	ct_buffer_append(buffer, &c, 1);
}

static inline void ct_buffer_puts(struct ct_buffer *buffer, const char *string)
{
	ct_buffer_append(buffer, string, strlen(string));
}

void ct_buffer_printf(struct ct_buffer *buffer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Decimal numbers, without printf's cost. */
void ct_buffer_put_u64(struct ct_buffer *buffer, uint64_t value);
void ct_buffer_put_i64(struct ct_buffer *buffer, int64_t value);
/* "0x" and lower-case digits. */
void ct_buffer_put_hex(struct ct_buffer *buffer, uint64_t value);

/*
 * The content as a NUL-terminated string on the heap, which the caller frees;
 * the buffer is empty again.  NULL when memory ran out.
 */
char *ct_buffer_take_string(struct ct_buffer *buffer);

#endif
