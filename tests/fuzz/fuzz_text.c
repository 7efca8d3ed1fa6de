/* SPDX-License-Identifier: MIT */
/*
 * Fuzz what takes text from people: literals and filters.  The first byte
 * chooses the type of a literal, or a filter; the rest is the text.
 */
#include <stdlib.h>
#include <string.h>

#include "../unit/literal_types.h"
#include "base/buffer.h"
#include "decide/filter.h"
#include "value/literal.h"

static struct ct_type *const types[] = {
    &t_bool,   &t_char,    &t_int,     &t_ulong,       &t_i128,  &t_float,
    &t_double, &t_ldouble, &t_cdouble, &t_void,        &t_color, &t_mode,
    &t_level,  &t_string,  &t_strings, &t_voidp,       &t_intp,  &t_wcharp,
    &t_point,  &t_pointp,  &t_flags,   &t_name_buffer, &t_node,  &t_nodep,
};

static const struct ct_parameter parameters[] = {
    {"fd", &t_int},          {"path", &t_string}, {"node", &t_nodep},
    {"flags", &t_flags},     {"d", &t_double},    {"color", &t_color},
    {"buf", &t_name_buffer},
};
static const uint32_t offsets[] = {0, 8, 16, 24, 32, 40, 48};
static struct ct_type function = {.kind = CT_TYPE_FUNCTION,
				  .target = &t_node,
				  .part_count = COUNT(parameters),
				  .parameters = parameters};

/* Memory that has something in most places. */
static size_t read_memory(void *arg, uint64_t addr, void *buf, size_t size)
{
	(void)arg;
	if (addr < 4096)
		return addr % 7 ? 0 : CT_MEMORY_UNKNOWN;
	memset(buf, (int)(addr >> 3), size);
	return size - (addr % 5 ? 0 : size / 2);
}

static const char *caller(void *arg)
{
	(void)arg;
	return "main";
}

static void fuzz_literal(struct ct_type *type, const char *text)
{
	struct ct_literal literal;
	struct ct_error *err = ct_literal_parse(type, text, &literal);
	if (err)
		ct_error_destroy(err);
	else
		ct_literal_deinit(&literal);
}

static void fuzz_filter(const char *text)
{
	static const struct ct_memory memory = {read_memory, NULL};
	static const uint8_t args[96] = {3, 0, 0, 0, 0, 0, 0, 0, 0, 16, 1};
	static const uint8_t result[sizeof(struct node)] = {0};
	const struct ct_filter_scope scope = {.function = &function,
					      .offsets = offsets,
					      .offset_count = COUNT(offsets),
					      .return_allowed = true};
	const struct ct_filter_input input = {.args = args,
					      .args_size = sizeof(args),
					      .result = result,
					      .result_size = sizeof(result),
					      .memory = &memory,
					      .nth = 1,
					      .caller = caller};
	struct ct_buffer out = {0};
	struct ct_error *err = ct_filter_compile(text, &scope, &out);
	if (err)
		ct_error_destroy(err);
	else
		ct_filter_run((const void *)out.data, &input);
	ct_buffer_deinit(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (!size)
		return 0;
	char *text = malloc(size);
	if (!text)
		return 0;
	memcpy(text, data + 1, size - 1);
	text[size - 1] = '\0';
	if (data[0] < COUNT(types))
		fuzz_literal(types[data[0]], text);
	else
		fuzz_filter(text);
	free(text);
	return 0;
}
