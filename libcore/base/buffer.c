/* SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buffer.h"

void ct_buffer_init(struct ct_buffer *buffer)
{
	*buffer = (struct ct_buffer){0};
}

void ct_buffer_deinit(struct ct_buffer *buffer)
{
	free(buffer->data);
	ct_buffer_init(buffer);
}

bool ct_buffer_reserve(struct ct_buffer *buffer, size_t size)
{
	size_t needed;
	if (buffer->failed)
		return false;
	if (!__builtin_add_overflow(buffer->size, size, &needed)) {
		if (needed <= buffer->capacity)
			return true;
		size_t capacity = buffer->capacity ? buffer->capacity : 256;
		while (capacity < needed && capacity <= SIZE_MAX / 4)
			capacity *= 2;
		char *data =
		    capacity < needed ? NULL : realloc(buffer->data, capacity);
		if (data) {
			buffer->data = data;
			buffer->capacity = capacity;
			return true;
		}
	}
	/* Nothing more fits: a later, smaller append must not slip in. */
	buffer->failed = true;
	buffer->capacity = buffer->size;
	return false;
}

void ct_buffer_printf(struct ct_buffer *buffer, const char *format, ...)
{
	va_list args, again;
	va_start(args, format);
	va_copy(again, args);
	int length = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (length >= 0 && ct_buffer_reserve(buffer, (size_t)length + 1)) {
		vsnprintf(buffer->data + buffer->size, (size_t)length + 1,
			  format, again);
		buffer->size += (size_t)length;
	}
	va_end(again);
}

void ct_buffer_put_u64(struct ct_buffer *buffer, uint64_t value)
{
	char digits[20];
	size_t at = sizeof(digits);
	do {
		digits[--at] = (char)('0' + value % 10);
		value /= 10;
	} while (value);
	ct_buffer_append(buffer, digits + at, sizeof(digits) - at);
}

void ct_buffer_put_i64(struct ct_buffer *buffer, int64_t value)
{
	if (value < 0) {
		ct_buffer_putc(buffer, '-');
		ct_buffer_put_u64(buffer, -(uint64_t)value);
	} else {
		ct_buffer_put_u64(buffer, (uint64_t)value);
	}
}

void ct_buffer_put_hex(struct ct_buffer *buffer, uint64_t value)
{
	char digits[18];
	size_t at = sizeof(digits);
	do {
		digits[--at] = "0123456789abcdef"[value & 15];
		value >>= 4;
	} while (value);
	digits[--at] = 'x';
	digits[--at] = '0';
	ct_buffer_append(buffer, digits + at, sizeof(digits) - at);
}

char *ct_buffer_take_string(struct ct_buffer *buffer)
{
	ct_buffer_append(buffer, "", 1);
	char *string = NULL;
	if (buffer->failed)
		free(buffer->data);
	else
		string = buffer->data;
	ct_buffer_init(buffer);
	return string;
}
