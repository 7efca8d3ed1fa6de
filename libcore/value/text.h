/* SPDX-License-Identifier: MIT */
/* The rule of text for people, for those who write it around values. */
#ifndef CT_VALUE_TEXT_H
#define CT_VALUE_TEXT_H

#include "base/buffer.h"

/* Append a name of the program's, its control characters and bad bytes
 * escaped: names are from files, which may say anything. */
void ct_text_name(struct ct_buffer *out, const char *name);

/* Append text that stands alone, where no value's grammar is read: the same,
 * with its quotes and commas as they are. */
void ct_text_sentence(struct ct_buffer *out, const char *text);

#endif
