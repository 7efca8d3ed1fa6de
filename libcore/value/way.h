/* SPDX-License-Identifier: MIT */
/* Numbers that people read better in another way than in decimal. */
#ifndef CT_VALUE_WAY_H
#define CT_VALUE_WAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"

enum ct_number_way {
	CT_NUMBER_OCTAL,  /* permissions: 0644 */
	CT_NUMBER_DEVICE, /* major:minor, as /proc/self/mountinfo has them */
	CT_NUMBER_ID,     /* of a user or group; all ones are -1: chown(2) */
	CT_NUMBER_WORD,   /* anything: a small number, or hexadecimal */
	CT_NUMBER_STATUS, /* of a process: wait(2) */
};

/* Append a number of `size` bytes in that way; false, with nothing appended,
 * where decimal says as much. */
bool ct_number_say(enum ct_number_way way, uint64_t word, size_t size,
		   struct ct_buffer *out);

#endif
