/* SPDX-License-Identifier: MIT */
/* The table of system calls: complete, in order, and of one piece. */
#include "syscall_fixture.h"

#include "prototypes/names.h"

static void calls_are_found_by_number_and_by_name(void **state)
{
	(void)state;
	assert_string_equal(ct_syscall_by_number(0)->name, "read");
	assert_string_equal(ct_syscall_by_number(SYS_openat)->name, "openat");
	assert_int_equal(ct_syscall_by_name("exit_group")->number,
			 SYS_exit_group);
	/* Newer than what GDB 13 and old headers have. */
	assert_string_equal(ct_syscall_by_number(469)->name, "file_setattr");
	assert_null(ct_syscall_by_number(337));
	assert_null(ct_syscall_by_number(9999));
	assert_null(ct_syscall_by_number(1ull << 32));
	assert_null(ct_syscall_by_name("opne"));
}

static void numbers_ascend(void **state)
{
	(void)state;
	for (size_t i = 1; i < ct_syscall_row_count; i++)
		assert_true(ct_syscall_rows[i - 1].number <
			    ct_syscall_rows[i].number);
}

static void groups_are_those_of_strace(void **state)
{
	(void)state;
	assert_true(ct_syscall_by_name("openat")->groups ==
		    (CT_GROUP_FILE | CT_GROUP_DESC));
	assert_true(ct_syscall_by_name("connect")->groups & CT_GROUP_NETWORK);
	assert_true(ct_syscall_by_name("clone3")->groups & CT_GROUP_PROCESS);
	assert_true(ct_syscall_by_name("brk")->groups == CT_GROUP_MEMORY);
	assert_true(ct_syscall_by_name("kill")->groups & CT_GROUP_SIGNAL);
	assert_true(ct_syscall_by_name("getpid")->groups == 0);
	assert_int_equal(ct_syscall_group("network"), CT_GROUP_NETWORK);
	assert_int_equal(ct_syscall_group("net"), 0);
	for (size_t i = 0; ct_syscall_group_name(i); i++)
		assert_int_not_equal(ct_syscall_group(ct_syscall_group_name(i)),
				     0);
}

static void a_wrong_name_has_near_ones(void **state)
{
	struct ct_near near;
	(void)state;
	ct_syscall_near("opnat", 3, &near);
	assert_true(near.count > 0);
	assert_string_equal(near.names[0], "openat");
}

static void results_down_to_minus_4095_are_errors(void **state)
{
	(void)state;
	assert_int_equal(ct_syscall_error(-1), 1);
	assert_int_equal(ct_syscall_error(-4095), 4095);
	assert_int_equal(ct_syscall_error(-4096), 0);
	assert_int_equal(ct_syscall_error(0), 0);
	assert_int_equal(ct_syscall_error(INT64_MIN), 0);
}

static void check_parameter(const struct ct_syscall *call, size_t count,
			    const struct ct_syscall_parameter *parameter)
{
	assert_true(parameter->length <= count);
	if (parameter->length_is_pointer && !parameter->length)
		fail_msg("%s: no length", call->name);
	if ((parameter->meaning == CT_MEANING_NAMES) != !!parameter->names)
		fail_msg("%s: %s", call->name, parameter->name);
	if (parameter->names && !ct_names_find(parameter->names))
		fail_msg("%s: no set %s", call->name, parameter->names);
}

static void check_form(const struct ct_syscall_form *form,
		       const struct ct_syscall *call,
		       const struct ct_syscall_parameter *parameters)
{
	size_t count;
	const struct ct_parameter *formals;
	assert_ptr_equal(form->call, call);
	assert_string_equal(form->name, call->name);
	assert_null(ct_type_parameters(form->type, &count, &formals));
	assert_int_equal(count, call->parameter_count);
	for (size_t i = 0; i < count; i++) {
		assert_non_null(formals[i].name);
		assert_string_equal(formals[i].name, parameters[i].name);
		check_parameter(call, count, &parameters[i]);
		struct ct_type *type;
		assert_null(ct_type_strip(formals[i].type, &type));
		if (ct_type_kind(type) == CT_TYPE_VOID ||
		    ct_type_size(type) == 0 || ct_type_size(type) > 8)
			fail_msg("%s: type of %s", call->name, formals[i].name);
		if (parameters[i].extent &&
		    ct_type_kind(type) != CT_TYPE_POINTER)
			fail_msg("%s: %s is no pointer", call->name,
				 formals[i].name);
	}
}

/* A size_t has 64 bits, whatever it is behind. */
static void check_sizes(struct ct_syscalls *syscalls)
{
	const uint64_t args[6] = {0};
	const struct ct_syscall_form *form;
	size_t count;
	const struct ct_parameter *formals;
	assert_null(ct_syscalls_form(syscalls, SYS_write, args, &form));
	assert_null(ct_type_parameters(form->type, &count, &formals));
	assert_int_equal(ct_type_size(formals[2].type), 8);
}

/* Make arguments that the variant is for; others may be, too. */
static void fit(const struct ct_syscall_variant *variant, uint64_t args[6])
{
	const uint32_t *wanted = variant->masks_and_values;
	for (int i = 0; i < 6; i++)
		args[i] = ~0ull;
	for (int i = 0; i < 2; i++) {
		uint64_t *arg = &args[variant->controls[i]];
		*arg = (*arg & ~(uint64_t)wanted[2 * i]) | wanted[2 * i + 1];
	}
}

static bool fits(const struct ct_syscall_variant *variant,
		 const uint64_t args[6])
{
	const uint32_t *wanted = variant->masks_and_values;
	bool fits = true;
	for (int i = 0; i < 2; i++)
		fits &= ((uint32_t)args[variant->controls[i]] &
			 wanted[2 * i]) == wanted[2 * i + 1];
	return fits;
}

static void every_call_has_its_prototype(void **state)
{
	struct bench *bench = *state;
	for (size_t i = 0; i < ct_syscall_row_count; i++) {
		const struct ct_syscall *call = &ct_syscall_rows[i];
		const struct ct_syscall_form *form;
		/* What no variant's control is. */
		uint64_t args[6] = {~0ull, ~0ull, ~0ull, ~0ull, ~0ull, ~0ull};
		assert_null(ct_syscalls_form(bench->syscalls, call->number,
					     args, &form));
		check_form(form, call, call->parameters);
		for (size_t v = 0; v < call->variant_count; v++) {
			const struct ct_syscall_variant *variant =
			    &call->variants[v];
			size_t first = 0;
			fit(variant, args);
			while (!fits(&call->variants[first], args))
				first++;
			assert_null(ct_syscalls_form(
			    bench->syscalls, call->number, args, &form));
			check_form(form, call,
				   call->variants[first].parameters);
		}
	}
	check_sizes(bench->syscalls);
}

static void a_form_is_made_once(void **state)
{
	struct bench *bench = *state;
	const uint64_t args[6] = {0};
	const struct ct_syscall_form *first, *second;
	assert_null(ct_syscalls_form(bench->syscalls, SYS_read, args, &first));
	assert_null(ct_syscalls_form(bench->syscalls, SYS_read, args, &second));
	assert_ptr_equal(first, second);
	/* Bits above the lower half are no number of x86-64. */
	assert_null(
	    ct_syscalls_form(bench->syscalls, 0x40000000, args, &second));
	assert_string_equal(second->name, "<1073741824>");
}

static void assert_spells(const char *set, uint64_t word, size_t size,
			  const char *expected)
{
	struct ct_buffer out = {0};
	const struct ct_names *names = ct_names_find(set);
	assert_non_null(names);
	bool spelled = ct_names_spell(names, word, size, &out);
	assert_int_equal(spelled, expected != NULL);
	char *text = ct_buffer_take_string(&out);
	assert_string_equal(text, expected ? expected : "");
	free(text);
}

static void flags_are_spelled_as_strace_does(void **state)
{
	(void)state;
	assert_spells("open_flags", 0, 4, "O_RDONLY");
	assert_spells("open_flags", 02101, 4, "O_WRONLY|O_CREAT|O_APPEND");
	assert_spells("open_flags", 04010000, 4, "O_RDONLY|O_SYNC");
	assert_spells("open_flags", 020200000, 4, "O_RDONLY|O_TMPFILE");
	assert_spells("open_flags", 0x40000001, 4, "O_WRONLY|0x40000000");
	assert_spells("mmap_prot", 0, 8, "PROT_NONE");
	assert_spells("mmap_flags", 0x22, 8, "MAP_PRIVATE|MAP_ANONYMOUS");
	assert_spells("clone_flags", 0x1200011, 8,
		      "SIGCHLD|CLONE_CHILD_CLEARTID|CLONE_CHILD_SETTID");
	assert_spells("socket_types", 02000001, 4, "SOCK_STREAM|SOCK_CLOEXEC");
	assert_spells("futex_operations", 0x80, 4, "FUTEX_WAIT_PRIVATE");
	assert_spells("rusage_who", 0xffffffff, 4, "RUSAGE_CHILDREN");
	assert_spells("wait_options", 0, 4, NULL);
	assert_spells("signals", 0, 4, NULL);
	assert_spells("signals", 9, 4, "SIGKILL");
	assert_spells("file_modes", 0100644, 4, "S_IFREG|0644");
	assert_spells("file_modes16", 0, 2, "0");
}

static void sets_are_found_and_values_of_names(void **state)
{
	uint64_t value;
	(void)state;
	assert_null(ct_names_find("no_such_set"));
	assert_ptr_equal(ct_names_find("file_modes"),
			 ct_names_find("file_modes16"));
	assert_true(
	    ct_names_value(ct_names_find("open_flags"), "O_CREAT", &value));
	assert_int_equal(value, 0100);
	assert_false(
	    ct_names_value(ct_names_find("open_flags"), "O_NO", &value));
	for (size_t i = 1; i < ct_names_count; i++)
		assert_true(strcmp(ct_names_tables[i - 1].set,
				   ct_names_tables[i].set) < 0);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(calls_are_found_by_number_and_by_name),
	    cmocka_unit_test(numbers_ascend),
	    cmocka_unit_test(groups_are_those_of_strace),
	    cmocka_unit_test(a_wrong_name_has_near_ones),
	    cmocka_unit_test(results_down_to_minus_4095_are_errors),
	    CASE(every_call_has_its_prototype),
	    CASE(a_form_is_made_once),
	    cmocka_unit_test(flags_are_spelled_as_strace_does),
	    cmocka_unit_test(sets_are_found_and_values_of_names),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
