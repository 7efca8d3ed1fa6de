/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "program/plan_rules.h"
#include "prototypes/rules.h"
#include "value/record.h"

static const uint8_t extent_kinds[] = {
    [CT_RULE_EXTENT_OBJECT] = CT_EXTENT_TYPE,
    [CT_RULE_EXTENT_BYTES] = CT_EXTENT_BYTES,
    [CT_RULE_EXTENT_ELEMENTS] = CT_EXTENT_COUNT,
    [CT_RULE_EXTENT_STRING] = CT_EXTENT_TYPE,
    [CT_RULE_EXTENT_VECTOR] = CT_EXTENT_TERMINATED,
    [CT_RULE_EXTENT_IOVECS] = CT_EXTENT_COUNT,
};

static uint16_t index_of(const struct ct_rule_parameter *parameter)
{
	return parameter->name ? (uint16_t)parameter->index : CT_NO_PARAMETER;
}

static struct ct_extent_rule extent_of(const struct ct_buffer_rule *buffer)
{
	struct ct_extent_rule extent = {
	    .kind = extent_kinds[buffer->extent],
	    .by_result = buffer->bound == CT_RULE_BOUND_RESULT,
	    .length_is_pointer = buffer->counted == CT_RULE_COUNT_POINTED,
	    .length = CT_NO_PARAMETER,
	    .factor = index_of(&buffer->scale),
	    .fixed = buffer->fixed,
	};
	if (buffer->counted == CT_RULE_COUNT_VALUE ||
	    buffer->counted == CT_RULE_COUNT_POINTED)
		extent.length = index_of(&buffer->count);
	return extent;
}

/* The class in which an argument of that C type travels. */
static uint8_t class_of(const char *type)
{
	static const struct {
		const char *type;
		enum ct_tail_class class;
	} rows[] = {
	    {"int", CT_TAIL_INT},           {"mode_t", CT_TAIL_MODE},
	    {"unsigned int", CT_TAIL_UINT}, {"long", CT_TAIL_LONG},
	    {"char *", CT_TAIL_STRING},     {"const char *", CT_TAIL_STRING},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (!strcmp(rows[i].type, type))
			return (uint8_t)rows[i].class;
	return strchr(type, '*') ? CT_TAIL_POINTER : CT_TAIL_ULONG;
}

static void add_choices(const struct ct_rule_tail *tail,
			struct ct_plan_rules_of *ret)
{
	static const uint64_t whole_int = 0xffffffff;
	for (size_t i = 0; i < tail->choice_count && i < CT_PLAN_CHOICES_MAX;
	     i++) {
		const struct ct_rule_choice *from = &tail->choices[i];
		struct ct_plan_choice *to = &ret->choices[i];
		*to = (struct ct_plan_choice){.value = from->value};
		if (from->match == CT_RULE_MATCH_EQUAL)
			to->mask = whole_int;
		else if (from->match == CT_RULE_MATCH_FLAGS)
			to->mask = from->value;
		else
			to->value = 0;
		while (to->count < CT_TAIL_CHOICE_MAX &&
		       from->arguments[to->count].type) {
			to->classes[to->count] =
			    class_of(from->arguments[to->count].type);
			to->count++;
		}
		ret->rules.choice_count = i + 1;
	}
	ret->rules.choices = ret->choices;
}

static void add_tail(const struct ct_rule_tail *tail,
		     struct ct_plan_rules_of *ret)
{
	static const uint8_t kinds[] = {
	    [CT_RULE_TAIL_NONE] = CT_PLAN_TAIL_UNKNOWN,
	    [CT_RULE_TAIL_PRINTF] = CT_PLAN_TAIL_PRINTF,
	    [CT_RULE_TAIL_SCANF] = CT_PLAN_TAIL_SCANF,
	    [CT_RULE_TAIL_STRFMON] = CT_PLAN_TAIL_UNKNOWN,
	    [CT_RULE_TAIL_STRINGS] = CT_PLAN_TAIL_STRINGS,
	    [CT_RULE_TAIL_CHOICE] = CT_PLAN_TAIL_CHOICE,
	};
	/* A va_list is no tail of this call; wide formats are not parsed. */
	if (tail->list.name || tail->wide || !tail->control.name)
		return;
	ret->rules.tail_rule = kinds[tail->kind];
	ret->rules.tail_control = (uint8_t)tail->control.index;
	if (tail->kind == CT_RULE_TAIL_CHOICE)
		add_choices(tail, ret);
}

static bool fits(uint16_t index, size_t parameter_count)
{
	return index == CT_NO_PARAMETER || index < parameter_count;
}

static void clear(size_t parameter_count, struct ct_plan_rules_of *ret)
{
	memset(ret, 0, sizeof(*ret));
	for (size_t i = 0; i < parameter_count; i++)
		ret->extents[i] = (struct ct_extent_rule){
		    .length = CT_NO_PARAMETER, .factor = CT_NO_PARAMETER};
	ret->rules.extents = ret->extents;
}

bool ct_plan_rules_main(size_t parameter_count, struct ct_plan_rules_of *ret)
{
	if (parameter_count < 2 || parameter_count > 3)
		return false;
	clear(parameter_count, ret);
	for (size_t i = 1; i < parameter_count; i++)
		ret->extents[i].kind = CT_EXTENT_TERMINATED;
	return true;
}

bool ct_plan_rules_find(const char *function, size_t parameter_count,
			struct ct_plan_rules_of *ret)
{
	struct ct_rules rules;
	if (parameter_count > CT_PLAN_PARAMETERS_MAX ||
	    !ct_rules_find(function, &rules))
		return false;
	clear(parameter_count, ret);
	for (size_t i = 0; i < rules.buffer_count; i++) {
		const struct ct_buffer_rule *buffer = &rules.buffers[i];
		struct ct_extent_rule extent = extent_of(buffer);
		uint16_t pointer = index_of(&buffer->pointer);
		if (pointer >= parameter_count ||
		    !fits(extent.length, parameter_count) ||
		    !fits(extent.factor, parameter_count))
			return false;
		ret->extents[pointer] = extent;
		if (buffer->direction == CT_RULE_OUT)
			ret->rules.outputs |= 1ull << pointer;
	}
	add_tail(&rules.tail, ret);
	return true;
}
