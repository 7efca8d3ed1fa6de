/* SPDX-License-Identifier: MIT */
/*
 * The rules are held against the shipped prototypes: every parameter that a
 * rule names stands at its index in the list, with a fitting type.
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/sem.h>

#include <cmocka.h>

#include "prototypes/rules.h"
#include "prototypes/rules_tables.h"

static const struct {
	const char *name;
	const char *parameters;
} prototypes[] = {
/* clang-format off */
#define PROTOTYPE(result, name, parameters) {#name, #parameters},
#include "prototypes/libc.h"
#include "prototypes/libm.h"
#include "prototypes/pthread.h"
#include "prototypes/socket.h"
#include "prototypes/floatn.h"
#include "prototypes/aliases.h"
    /* clang-format on */
};

static const char *find_parameters(const char *function)
{
	for (size_t i = 0; i < sizeof(prototypes) / sizeof(*prototypes); i++)
		if (!strcmp(prototypes[i].name, function))
			return prototypes[i].parameters;
	return NULL;
}

/* The text of one parameter, false past the last: split at outer commas. */
static bool get_parameter(const char *parameters, int index, char text[256])
{
	const char *start = parameters + 1;
	int depth = 0;

	for (const char *p = start;; p++) {
		if (!(depth == 0 && (*p == ',' || *p == ')'))) {
			depth += (*p == '(') - (*p == ')');
			continue;
		}
		if (index-- == 0) {
			assert_true(p - start < 255);
			memcpy(text, start, (size_t)(p - start));
			text[p - start] = '\0';
			return true;
		}
		if (*p == ')')
			return false;
		start = p + 1 + strspn(p + 1, " ");
	}
}

/* Is `name` what the declarator declares: the last word before any `[`? */
static bool declares(const char *text, const char *name)
{
	const char *end = strchr(text, '[');
	size_t length = strlen(name);

	if (!end)
		end = text + strlen(text);
	if ((size_t)(end - text) <= length ||
	    strncmp(end - length, name, length))
		return false;
	return end[-1 - (ptrdiff_t)length] == ' ' ||
	       end[-1 - (ptrdiff_t)length] == '*';
}

static bool is_pointer(const char *text)
{
	return strpbrk(text, "*[") || strstr(text, "va_list");
}

static void check_parameter(const char *function,
			    const struct ct_rule_parameter *parameter,
			    bool pointer)
{
	const char *parameters = find_parameters(function);
	char text[256];

	if (!parameters)
		fail_msg("%s: no prototype", function);
	if (!get_parameter(parameters, parameter->index, text) ||
	    !declares(text, parameter->name))
		fail_msg("%s: no %s at %d in %s", function, parameter->name,
			 parameter->index, parameters);
	if (is_pointer(text) != pointer)
		fail_msg("%s: %s is%s a pointer", function, text,
			 pointer ? " not" : "");
}

static bool has_tail(const char *function)
{
	const char *parameters = find_parameters(function);

	return strstr(parameters, ", ...)") || strstr(parameters, "va_list ");
}

static void check_sorted(const void *rows, size_t count, size_t size)
{
	for (size_t i = 1; i < count; i++) {
		const char *row = (const char *)rows + i * size;
		const char *name = *(const char *const *)(const void *)row;
		const char *before =
		    *(const char *const *)(const void *)(row - size);
		if (strcmp(before, name) >= 0)
			fail_msg("%s stands before %s", before, name);
	}
}

static void tables_are_sorted_and_rows_are_unique(void **state)
{
	(void)state;
	check_sorted(ct_tail_rules, ct_tail_rule_count, sizeof(*ct_tail_rules));
	check_sorted(ct_rule_aliases, ct_rule_alias_count,
		     sizeof(*ct_rule_aliases));
	check_sorted(ct_rule_traits, ct_rule_trait_count,
		     sizeof(*ct_rule_traits));
	for (size_t i = 1; i < ct_buffer_rule_count; i++) {
		const struct ct_buffer_rule *row = &ct_buffer_rules[i];
		int order = strcmp(row[-1].function, row->function);
		if (order > 0 ||
		    (order == 0 && row[-1].pointer.index >= row->pointer.index))
			fail_msg("%s: %s stands too late", row->function,
				 row->pointer.name);
	}
}

static void parameters_of_buffer_rules_exist(void **state)
{
	(void)state;
	for (size_t i = 0; i < ct_buffer_rule_count; i++) {
		const struct ct_buffer_rule *row = &ct_buffer_rules[i];
		bool counted = row->counted == CT_RULE_COUNT_VALUE ||
			       row->counted == CT_RULE_COUNT_POINTED;

		check_parameter(row->function, &row->pointer, true);
		assert_int_equal(counted, row->count.name != NULL);
		if (counted)
			check_parameter(row->function, &row->count,
					row->counted == CT_RULE_COUNT_POINTED);
		if (row->scale.name)
			check_parameter(row->function, &row->scale, false);
		assert_int_equal(row->counted == CT_RULE_COUNT_FIXED,
				 row->fixed != 0);
	}
}

/* getopt() permutes argv, and POSIX declares it const all the same. */
static void what_is_written_is_not_const(void **state)
{
	(void)state;
	for (size_t i = 0; i < ct_buffer_rule_count; i++) {
		const struct ct_buffer_rule *row = &ct_buffer_rules[i];
		char text[256];

		if (row->direction == CT_RULE_IN ||
		    row->extent == CT_RULE_EXTENT_IOVECS ||
		    !strncmp(row->function, "getopt", strlen("getopt")))
			continue;
		assert_true(get_parameter(find_parameters(row->function),
					  row->pointer.index, text));
		if (strstr(text, "*const ") ||
		    (!strncmp(text, "const ", 6) && !strstr(text, "**")))
			fail_msg("%s: %s is written", row->function, text);
	}
}

static void sized_extents_have_a_count(void **state)
{
	(void)state;
	for (size_t i = 0; i < ct_buffer_rule_count; i++) {
		const struct ct_buffer_rule *row = &ct_buffer_rules[i];
		bool sized = row->extent == CT_RULE_EXTENT_BYTES ||
			     row->extent == CT_RULE_EXTENT_ELEMENTS ||
			     row->extent == CT_RULE_EXTENT_IOVECS;
		bool counted = row->counted != CT_RULE_COUNT_NONE;

		if (row->extent != CT_RULE_EXTENT_STRING && sized != counted)
			fail_msg("%s: %s", row->function, row->pointer.name);
		if (row->bound == CT_RULE_BOUND_RESULT && !counted)
			fail_msg("%s: bound without a count", row->function);
	}
}

static void parameters_of_tail_rules_exist(void **state)
{
	(void)state;
	for (size_t i = 0; i < ct_tail_rule_count; i++) {
		const struct ct_rule_tail *row = &ct_tail_rules[i];

		check_parameter(row->function, &row->control,
				row->kind != CT_RULE_TAIL_CHOICE);
		if (row->list.name)
			check_parameter(row->function, &row->list, true);
		else
			assert_non_null(
			    strstr(find_parameters(row->function), ", ...)"));
	}
}

static void every_variadic_function_has_a_tail_rule(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(prototypes) / sizeof(*prototypes); i++) {
		const char *name = prototypes[i].name;
		struct ct_rules rules = {0};

		/* Its arguments are ints, as many as argc says. */
		if (!strcmp(name, "makecontext"))
			continue;
		ct_rules_find(name, &rules);
		if (has_tail(name) != (rules.tail.kind != CT_RULE_TAIL_NONE))
			fail_msg("%s%s", name, prototypes[i].parameters);
	}
}

/* Names differ between functions (`count`, `n`), places and kinds do not. */
static void rules_of_aliases_fit_their_own_prototypes(void **state)
{
	(void)state;
	for (size_t i = 0; i < ct_rule_alias_count; i++) {
		const char *alias = ct_rule_aliases[i].alias;
		const char *parameters = find_parameters(alias);
		struct ct_rules rules, original;
		char text[256];

		if (!parameters || !ct_rules_find(alias, &rules))
			fail_msg("%s: no prototype or no rules", alias);
		assert_true(
		    ct_rules_find(ct_rule_aliases[i].function, &original));
		assert_string_equal(rules.function, original.function);
		for (size_t j = 0; j < rules.buffer_count; j++) {
			const struct ct_buffer_rule *row = &rules.buffers[j];
			if (!get_parameter(parameters, row->pointer.index,
					   text) ||
			    !is_pointer(text))
				fail_msg("%s: %s", alias, row->pointer.name);
			if (row->counted != CT_RULE_COUNT_VALUE)
				continue;
			if (!get_parameter(parameters, row->count.index,
					   text) ||
			    is_pointer(text))
				fail_msg("%s: %s", alias, row->count.name);
		}
		if (rules.tail.kind == CT_RULE_TAIL_NONE)
			continue;
		if (!get_parameter(parameters, rules.tail.control.index,
				   text) ||
		    !strstr(text, rules.tail.control.name))
			fail_msg("%s: %s", alias, rules.tail.control.name);
		if (rules.tail.list.name &&
		    (!get_parameter(parameters, rules.tail.list.index, text) ||
		     !strstr(text, "va_list")))
			fail_msg("%s: %s", alias, rules.tail.list.name);
	}
}

static void all_buffer_rules_of_a_function_fit(void **state)
{
	size_t in_a_row = 1;

	(void)state;
	for (size_t i = 1; i < ct_buffer_rule_count; i++) {
		if (strcmp(ct_buffer_rules[i - 1].function,
			   ct_buffer_rules[i].function))
			in_a_row = 0;
		assert_true(++in_a_row <= CT_RULES_BUFFERS_MAX);
	}
}

static void functions_with_traits_exist(void **state)
{
	(void)state;
	for (size_t i = 0; i < ct_rule_trait_count; i++)
		if (!find_parameters(ct_rule_traits[i].function))
			fail_msg("%s", ct_rule_traits[i].function);
}

static void unknown_names_have_no_rules(void **state)
{
	static const char *const names[] = {"",    "getpid", "rea", "read2",
					    "zzz", "\xff",   "_"};
	struct ct_rules rules = {.function = "untouched"};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		assert_false(ct_rules_find(names[i], &rules));
	assert_string_equal(rules.function, "untouched");
}

static void read_fills_its_buffer_as_far_as_its_result_says(void **state)
{
	struct ct_rules rules;

	(void)state;
	assert_true(ct_rules_find("read", &rules));
	assert_int_equal(rules.buffer_count, 1);
	assert_int_equal(rules.buffers[0].pointer.index, 1);
	assert_int_equal(rules.buffers[0].count.index, 2);
	assert_int_equal(rules.buffers[0].direction, CT_RULE_OUT);
	assert_int_equal(rules.buffers[0].extent, CT_RULE_EXTENT_BYTES);
	assert_int_equal(rules.buffers[0].bound, CT_RULE_BOUND_RESULT);
	assert_int_equal(rules.tail.kind, CT_RULE_TAIL_NONE);
	assert_int_equal(rules.traits, 0);
	assert_true(ct_rules_find("write", &rules));
	assert_int_equal(rules.buffers[0].direction, CT_RULE_IN);
	assert_true(ct_rules_find("fread", &rules));
	assert_int_equal(rules.buffers[0].count.index, 2);
	assert_int_equal(rules.buffers[0].scale.index, 1);
}

static void a_function_has_all_of_its_buffers(void **state)
{
	struct ct_rules rules;

	(void)state;
	assert_true(ct_rules_find("posix_spawn", &rules));
	assert_int_equal(rules.buffer_count, 3);
	assert_int_equal(rules.buffers[0].pointer.index, 0);
	assert_int_equal(rules.buffers[1].pointer.index, 4);
	assert_int_equal(rules.buffers[1].extent, CT_RULE_EXTENT_VECTOR);
	assert_int_equal(rules.buffers[2].pointer.index, 5);
}

static void fortify_names_move_the_indexes(void **state)
{
	struct ct_rules rules;

	(void)state;
	assert_true(ct_rules_find("__printf_chk", &rules));
	assert_string_equal(rules.function, "printf");
	assert_int_equal(rules.tail.kind, CT_RULE_TAIL_PRINTF);
	assert_int_equal(rules.tail.control.index, 1);
	assert_true(ct_rules_find("__vsnprintf_chk", &rules));
	assert_int_equal(rules.buffers[0].pointer.index, 0);
	assert_int_equal(rules.buffers[0].count.index, 1);
	assert_int_equal(rules.tail.control.index, 4);
	assert_int_equal(rules.tail.list.index, 5);
	assert_true(ct_rules_find("__recvfrom_chk", &rules));
	assert_int_equal(rules.buffers[0].pointer.index, 1);
	assert_int_equal(rules.buffers[0].count.index, 2);
	assert_int_equal(rules.buffers[1].pointer.index, 5);
	assert_int_equal(rules.buffers[1].count.index, 6);
	assert_true(ct_rules_find("__xstat64", &rules));
	assert_int_equal(rules.buffers[0].pointer.index, 2);
}

static void a_function_knows_what_is_called_in_its_place(void **state)
{
	static const char *const names[] = {"__open", "__open64", "__open64_2",
					    "__open_2", "open64"};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		assert_string_equal(ct_rules_stand_in("open", i), names[i]);
	assert_null(ct_rules_stand_in("open", 5));
	assert_null(ct_rules_stand_in("frexp", 0));
	assert_null(ct_rules_stand_in("", 0));
}

static size_t choose(const char *function, uint64_t control,
		     const struct ct_rule_argument **arguments)
{
	struct ct_rules rules;

	assert_true(ct_rules_find(function, &rules));
	assert_int_equal(rules.tail.kind, CT_RULE_TAIL_CHOICE);
	return ct_rules_choose(&rules.tail, control, arguments);
}

static void open_has_a_mode_when_it_may_create(void **state)
{
	const struct ct_rule_argument *arguments = NULL;

	(void)state;
	assert_int_equal(choose("open", O_RDWR, &arguments), 0);
	/* O_TMPFILE contains this bit. */
	assert_int_equal(choose("open", O_DIRECTORY, &arguments), 0);
	assert_null(arguments);
	assert_int_equal(choose("open64", O_WRONLY | O_CREAT, &arguments), 1);
	assert_string_equal(arguments[0].type, "mode_t");
	assert_int_equal(choose("openat", O_TMPFILE | O_RDWR, &arguments), 1);

	/* Called where the compiler saw that nothing is created. */
	struct ct_rules rules;
	assert_true(ct_rules_find("__open_2", &rules));
	assert_string_equal(rules.function, "open");
	assert_int_equal(rules.tail.kind, CT_RULE_TAIL_NONE);
}

static void fcntl_takes_what_its_command_says(void **state)
{
	const struct ct_rule_argument *arguments;

	(void)state;
	assert_int_equal(choose("fcntl", F_GETFD, &arguments), 0);
	assert_int_equal(choose("fcntl", F_SETFL, &arguments), 1);
	assert_string_equal(arguments[0].type, "int");
	/* What a caller left in the upper half of the register is ignored. */
	assert_int_equal(
	    choose("fcntl64", F_GETLK | UINT64_C(0xdead) << 32, &arguments), 1);
	assert_string_equal(arguments[0].type, "struct flock *");
	assert_int_equal(arguments[0].direction, CT_RULE_INOUT);
}

static void other_tails_are_chosen_by_their_control(void **state)
{
	const struct ct_rule_argument *arguments;

	(void)state;
	assert_int_equal(choose("ioctl", 0x5413, &arguments), 1);
	assert_string_equal(arguments[0].type, "struct winsize *");
	/* TCFLSH; BLKGETSIZE64, which is _IOR(0x12, 114, size_t). */
	assert_int_equal(choose("ioctl", 0x540b, &arguments), 1);
	assert_string_equal(arguments[0].type, "unsigned long");
	assert_int_equal(choose("ioctl", 0x80081272, &arguments), 1);
	assert_string_equal(arguments[0].type, "void *");
	assert_int_equal(choose("syscall", 39, &arguments), 6);
	assert_int_equal(choose("mq_open", O_CREAT, &arguments), 2);
	assert_int_equal(choose("sem_open", O_RDWR, &arguments), 0);
	assert_int_equal(choose("sem_open", O_CREAT, &arguments), 2);
	assert_string_equal(arguments[1].name, "value");
	assert_int_equal(choose("semctl", SETVAL, &arguments), 1);
	assert_string_equal(arguments[0].type, "int");

	struct ct_rules rules;
	assert_true(ct_rules_find("printf", &rules));
	assert_int_equal(ct_rules_choose(&rules.tail, 0, &arguments), 0);
}

static void exec_tails_are_strings(void **state)
{
	struct ct_rules rules;

	(void)state;
	assert_true(ct_rules_find("execle", &rules));
	assert_int_equal(rules.tail.kind, CT_RULE_TAIL_STRINGS);
	assert_int_equal(rules.tail.control.index, 1);
	assert_true(rules.tail.vector_follows);
	assert_true(ct_rules_find("execlp", &rules));
	assert_false(rules.tail.vector_follows);
	assert_int_equal(rules.traits, CT_FUNCTION_NO_RETURN_ON_SUCCESS);
}

static void calls_that_do_not_come_back_are_marked(void **state)
{
	static const struct {
		const char *function;
		unsigned int traits;
	} cases[] = {
	    {"exit", CT_FUNCTION_NO_RETURN},
	    {"pthread_exit", CT_FUNCTION_NO_RETURN},
	    {"__longjmp_chk", CT_FUNCTION_NO_RETURN | CT_FUNCTION_JUMPS},
	    {"execve", CT_FUNCTION_NO_RETURN_ON_SUCCESS},
	    {"__sigsetjmp", CT_FUNCTION_RETURNS_TWICE},
	    {"vfork", CT_FUNCTION_RETURNS_TWICE | CT_FUNCTION_FORKS},
	    {"fork", CT_FUNCTION_FORKS},
	};
	struct ct_rules rules;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		assert_true(ct_rules_find(cases[i].function, &rules));
		assert_int_equal(rules.traits, cases[i].traits);
	}
}

static void functions_that_set_errno_are_known(void **state)
{
	(void)state;
	assert_true(ct_rules_sets_errno("open"));
	assert_true(ct_rules_sets_errno("open64"));
	assert_true(ct_rules_sets_errno("__open_2"));
	assert_true(ct_rules_sets_errno("fopen"));
	assert_false(ct_rules_sets_errno("getenv"));
	assert_false(ct_rules_sets_errno("strcmp"));
	assert_false(ct_rules_sets_errno("no_such_function"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(tables_are_sorted_and_rows_are_unique),
	    cmocka_unit_test(parameters_of_buffer_rules_exist),
	    cmocka_unit_test(what_is_written_is_not_const),
	    cmocka_unit_test(sized_extents_have_a_count),
	    cmocka_unit_test(parameters_of_tail_rules_exist),
	    cmocka_unit_test(every_variadic_function_has_a_tail_rule),
	    cmocka_unit_test(rules_of_aliases_fit_their_own_prototypes),
	    cmocka_unit_test(all_buffer_rules_of_a_function_fit),
	    cmocka_unit_test(functions_with_traits_exist),
	    cmocka_unit_test(unknown_names_have_no_rules),
	    cmocka_unit_test(read_fills_its_buffer_as_far_as_its_result_says),
	    cmocka_unit_test(a_function_has_all_of_its_buffers),
	    cmocka_unit_test(fortify_names_move_the_indexes),
	    cmocka_unit_test(a_function_knows_what_is_called_in_its_place),
	    cmocka_unit_test(open_has_a_mode_when_it_may_create),
	    cmocka_unit_test(fcntl_takes_what_its_command_says),
	    cmocka_unit_test(other_tails_are_chosen_by_their_control),
	    cmocka_unit_test(exec_tails_are_strings),
	    cmocka_unit_test(calls_that_do_not_come_back_are_marked),
	    cmocka_unit_test(functions_that_set_errno_are_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
