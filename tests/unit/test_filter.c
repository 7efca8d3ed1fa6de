/* SPDX-License-Identifier: MIT */
/*
 * Filters: the same expression is evaluated by the compiler and by us.
 * Where we promise something else than C, the test says what.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sys/uio.h>

#include "base/buffer.h"
#include "ctester/value.h"
#include "decide/filter_code.h"
#include "literal_types.h"
#include "scratch.h"

POINTER(flagsp, flags);

/* The parameters of the function that is filtered; the compiler evaluates
 * with variables of the same names, which are copied into the block. */
#define PARAMETERS                              \
	P(int, fd, int)                         \
	P(unsigned, u, uint)                    \
	P(long, n, long)                        \
	P(unsigned long, length, ulong)         \
	P(short, s, short)                      \
	P(unsigned char, c, uchar)              \
	P(float, f, float)                      \
	P(double, d, double)                    \
	P(long double, ld, ldouble)             \
	P(const char *, path, string)           \
	P(struct node *, node, nodep)           \
	P(struct flags, flags, flags)           \
	P(enum color, color, color)             \
	P(struct name_buffer, buf, name_buffer) \
	P(_Bool, on, bool)                      \
	P(int *, numbers, intp)                 \
	P(__int128, wide, i128)                 \
	P(struct flags *, bits, flagsp)         \
	P(char *, text, charp)                  \
	P(int, gone, int)

#define P(ctype, name, type) __attribute__((unused)) static ctype name;
PARAMETERS
#undef P
#define P(ctype, name, type) ctype name##_;
struct args {
	PARAMETERS
};
#undef P
#define P(ctype, name, type) {#name, &t_##type},
static const struct ct_parameter parameters[] = {PARAMETERS};
#undef P
#define P(ctype, name, type) offsetof(struct args, name##_),
static uint32_t offsets[] = {PARAMETERS};
#undef P

static struct ct_type function = {.kind = CT_TYPE_FUNCTION,
				  .target = &t_long,
				  .part_count = COUNT(parameters),
				  .parameters = parameters};

/* Our own memory, safely. */
static size_t read_memory(void *arg, uint64_t addr, void *to, size_t count)
{
	(void)arg;
	struct iovec local = {to, count}, remote = {(void *)addr, count};
	ssize_t got = process_vm_readv(getpid(), &local, 1, &remote, 1, 0);
	return got < 0 ? 0 : (size_t)got;
}

static const struct ct_memory memory = {read_memory, NULL};
static const char *caller_name = "main";
static long result = -1;

static const char *find_caller(void *arg)
{
	(void)arg;
	return caller_name;
}

static struct ct_error *compile(const char *expression, bool at_return,
				struct ct_buffer *out)
{
	struct ct_filter_scope scope = {.function = &function,
					.offsets = offsets,
					.offset_count = COUNT(offsets),
					.return_allowed = at_return};
	offsets[COUNT(offsets) - 1] = CT_FILTER_ABSENT;
	return ct_filter_compile(expression, &scope, out);
}

static enum ct_filter_result run_blob(const struct ct_filter *filter)
{
	struct args args;
	memset(&args, 0, sizeof(args));
#define P(ctype, name, type) args.name##_ = name;
	PARAMETERS
#undef P
	struct ct_filter_input input = {
	    .args = (const uint8_t *)&args,
	    .args_size = sizeof(args),
	    .result = (const uint8_t *)&result,
	    .result_size = sizeof(result),
	    .memory = &memory,
	    .pid = 41,
	    .tid = 42,
	    .nth = 3,
	    .depth = 1,
	    .errno_value = EINTR,
	    .caller = find_caller,
	};
	return ct_filter_run(filter, &input);
}

/* The result, and the flags of the filter. */
static enum ct_filter_result evaluate(const char *expression,
				      uint32_t *filter_flags)
{
	struct ct_buffer out = {0};
	struct ct_error *err = compile(expression, true, &out);
	if (err)
		fail_msg("%s", ct_error_message(err));
	struct ct_filter filter;
	memcpy(&filter, out.data, sizeof(filter));
	assert_int_equal(filter.size, out.size);
	assert_int_equal(filter.size % 8, 0);
	if (filter_flags)
		*filter_flags = filter.flags;
	/* It runs anywhere, and reads not beyond its end. */
	struct edge edge = edge_create(out.size);
	const void *moved = edge_put(&edge, out.data, out.size);
	ct_buffer_deinit(&out);
	enum ct_filter_result is = run_blob(moved);
	edge_destroy(&edge);
	return is;
}

static void expect(const char *expression, enum ct_filter_result wanted)
{
	enum ct_filter_result is = evaluate(expression, NULL);
	if (is != wanted)
		fail_msg("%s: %d instead of %d", expression, is, wanted);
}

/* As the C compiler says. */
#define SAME(expression) \
	expect(#expression, (expression) ? CT_FILTER_TRUE : CT_FILTER_FALSE)

static struct node second = {.origin = {-7, 2.5}, .i = 99, .left = -3};
static struct node first = {.next = &second, .name = "first"};
static int three[] = {10, -20, 30};
static struct flags some_bits = {5, -16, 0xffffffffff, BLUE, 1};

static int set_up(void **state)
{
	(void)state;
	fd = 3;
	u = 4000000000u;
	n = -5;
	length = UINT64_MAX - 1;
	s = -300;
	c = 200;
	f = 0.1f;
	d = 2.5;
	ld = -1.25L;
	path = "/etc/init.d/ssh";
	node = &first;
	flags = some_bits;
	color = BLUE;
	buf = (struct name_buffer){"abcdefgh", {{1, 2, 3}, {4, 5, 6}}};
	memcpy(buf.text, "buffer!", 8);
	on = 1;
	numbers = three;
	bits = &some_bits;
	static char bytes[8] = "x\xff";
	text = bytes;
	return 0;
}

#pragma GCC diagnostic ignored "-Wsign-compare"
#pragma GCC diagnostic ignored "-Wparentheses"
#pragma GCC diagnostic ignored "-Wbool-operation"

static void comparisons_are_as_in_c(void **state)
{
	(void)state;
	SAME(fd > 2);
	SAME(fd > 3);
	SAME(fd >= 3);
	SAME(fd < 3);
	SAME(fd <= 3);
	SAME(fd == 3);
	SAME(fd != 3);
	SAME(u == 4000000000);
	SAME(n == -5);
	SAME(length == 0xfffffffffffffffe);
	SAME(length > 5);
	SAME(s == -300 && c == 200);
	SAME(on);
	SAME(!on);
	SAME(on == 1);
	SAME(color == BLUE);
	SAME(color != GREEN);
	SAME('a' == 97 && '\n' == 10 && '\'' == 39 && '\x41' == 65);
}

static void arithmetic_is_as_in_c(void **state)
{
	(void)state;
	SAME(fd + 4 * 2 == 11);
	SAME((fd + 4) * 2 == 14);
	SAME(fd - 10 == -7);
	SAME(-fd == -3 && +fd == 3 && ~fd == -4);
	SAME(n / 2 == -2 && n % 2 == -1);
	SAME(u / 3 == 1333333333 && u % 7 == 4000000000u % 7);
	SAME(u + 500000000u == 205032704u); /* wraps at 32 bits */
	SAME(u * 2 == 3705032704u);
	SAME(length + 2 == 0);
	SAME(c + c == 400);
	SAME((fd & 1) == 1 && (fd | 4) == 7 && (fd ^ 1) == 2);
	SAME(fd & 1 == 1); /* == binds tighter */
	SAME(1 << 4 == 16 && u >> 4 == 250000000 && n >> 1 == -3);
	SAME(1 + 2 << 1 == 6);
	SAME(2 - 1 - 1 == 0 && 100 / 10 / 5 == 2);
	SAME(~0u == 4294967295u && -1 == ~0);
	SAME(1u - 2u == 4294967295u);
	SAME(0x80000000 == 2147483648 && 0xffffffff + 1 == 0);
	SAME(010 == 8 && 0b11 == 3 && 5UL == 5);
	SAME(!fd == 0 && !!fd == 1 && !0.0);
}

static void floats_are_as_in_c(void **state)
{
	(void)state;
	SAME(d == 2.5 && d > 2 && d < 3);
	SAME(f == 0.1);
	SAME(f < 0.1001 && f > 0.0999);
	SAME(ld == -1.25);
	SAME(d * 2 + 1 == 6);
	SAME(d / 4 == 0.625);
	SAME(-d < 0 && d);
	SAME(1e3 == 1000 && .5 + .5 == 1 && 0x1p4 == 16.0);
	d = __builtin_nan("");
	SAME(d == d);
	SAME(d != d);
	SAME(d < 1 || d >= 1);
	SAME(!(d < 1));
}

static void logic_stops_at_the_left_side(void **state)
{
	(void)state;
	SAME(fd && n);
	SAME(fd || 0);
	SAME(0 || 0 && 1);
	SAME(1 || 0 && 0);
	SAME((1 || 0) && 0);
	SAME(fd == 3 && (n > 0 || s < 0) && !(c == 1));
	SAME((fd > 1) + (fd > 2) + (fd > 3) == 2);
	expect("1 || 1 / 0", CT_FILTER_TRUE);
	expect("0 && 1 / 0", CT_FILTER_FALSE);
	node = NULL;
	expect("node && node->next", CT_FILTER_FALSE);
	expect("!node || node->next", CT_FILTER_TRUE);
}

static void signs_are_compared_as_numbers(void **state)
{
	(void)state;
	/* In C, all of these are the other way round. */
	expect("n < u", CT_FILTER_TRUE);
	expect("fd - 4 < 1u", CT_FILTER_TRUE);
	expect("n < length", CT_FILTER_TRUE);
	expect("length > -1", CT_FILTER_TRUE);
	expect("-1 == 0xffffffff", CT_FILTER_FALSE);
}

static void places_are_followed(void **state)
{
	(void)state;
	SAME(node->next->origin.x == -7);
	SAME(node->next->origin.y == 2.5);
	SAME((*node->next).i == 99);
	SAME(node->next->left == -3 && node->next->right == 0);
	SAME(node->next->next == NULL);
	SAME(!node->next->next);
	SAME(numbers[0] == 10 && numbers[1] == -20 && numbers[fd - 1] == 30);
	SAME(*numbers == 10 && *(numbers + 2) == 30);
	SAME(*(numbers + 2 - 1) == -20 && (numbers + 1)[1] == 30);
	SAME(node[0].next->i == 99);
	SAME(path[0] == '/' && path[4] == '/' && *path != 'x');
	SAME(node->name[1] == 'i');
	SAME(buf.matrix[1][2] == 6 && buf.matrix[0][fd - 2] == 2);
	SAME(buf.text[0] == 'b');
	SAME(text[1] == '\xff' && text[1] < 0);
}

static void bitfields_are_extracted(void **state)
{
	(void)state;
	SAME(flags.a == 5 && flags.b == -16 && flags.wide == 0xffffffffff);
	SAME(flags.color == BLUE && flags.on);
	SAME(bits->a == 5 && bits->b == -16 && bits->wide == 0xffffffffff);
	SAME(bits->color == BLUE && bits->on == 1);
	SAME(flags.a - 6 < 0); /* promoted to int */
}

static void text_is_compared(void **state)
{
	(void)state;
	expect("path == \"/etc/init.d/ssh\"", CT_FILTER_TRUE);
	expect("path != \"/etc/init.d/ssh\"", CT_FILTER_FALSE);
	expect("path == \"/etc/init.d/ss\"", CT_FILTER_FALSE);
	expect("path == \"/etc/init.d/sshd\"", CT_FILTER_FALSE);
	expect("\"/etc/init.d/ssh\" == path", CT_FILTER_TRUE);
	expect("\"x\" != path", CT_FILTER_TRUE);
	expect("path == '/etc/init.d/ssh'", CT_FILTER_TRUE);
	expect("path + 5 == \"init.d/ssh\"", CT_FILTER_TRUE);
	expect("buf.text == \"buffer!\"", CT_FILTER_TRUE);
	expect("buf.text == \"buffer\"", CT_FILTER_FALSE);
	expect("node->name == \"first\" && fd == 3", CT_FILTER_TRUE);
	expect("!(node->name == \"first\") || fd == 4", CT_FILTER_FALSE);
	expect("text == \"x\\xff\"", CT_FILTER_TRUE);
	path = "";
	expect("path == \"\"", CT_FILTER_TRUE);
	memcpy(buf.text, "12345678", 8); /* without a NUL */
	expect("buf.text == \"12345678\"", CT_FILTER_TRUE);
	expect("buf.text == \"123456789\"", CT_FILTER_FALSE);
}

static void globs_match(void **state)
{
	(void)state;
	static const struct {
		const char *pattern, *text;
		enum ct_filter_result is;
	} rows[] = {
	    {"/etc/*", "/etc/init.d/ssh", CT_FILTER_TRUE},
	    {"/etc/*", "/etc/", CT_FILTER_TRUE},
	    {"/etc/*", "/etc", CT_FILTER_FALSE},
	    {"*.conf", "/etc/a.conf.d/b.conf", CT_FILTER_TRUE},
	    {"*.conf", "/etc/a.conf/b", CT_FILTER_FALSE},
	    {"*", "", CT_FILTER_TRUE},
	    {"", "", CT_FILTER_TRUE},
	    {"", "a", CT_FILTER_FALSE},
	    {"a?c", "abc", CT_FILTER_TRUE},
	    {"a?c", "ac", CT_FILTER_FALSE},
	    {"*a*b*", "xxaxxbxx", CT_FILTER_TRUE},
	    {"*a*b*", "xxbxxaxx", CT_FILTER_FALSE},
	    {"[a-c]x[!0-9]", "bxy", CT_FILTER_TRUE},
	    {"[a-c]x[!0-9]", "bx5", CT_FILTER_FALSE},
	    {"[]x]", "]", CT_FILTER_TRUE},
	    {"[abc", "[abc", CT_FILTER_TRUE},
	    {"\\\\*", "*", CT_FILTER_TRUE},
	    {"\\\\*", "x", CT_FILTER_FALSE},
	    {"*\\xff", "a\xff", CT_FILTER_TRUE},
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		char expression[64];
		path = rows[i].text;
		snprintf(expression, sizeof(expression), "path ~ \"%s\"",
			 rows[i].pattern);
		expect(expression, rows[i].is);
		snprintf(expression, sizeof(expression), "path !~ \"%s\"",
			 rows[i].pattern);
		expect(expression, rows[i].is == CT_FILTER_TRUE
				       ? CT_FILTER_FALSE
				       : CT_FILTER_TRUE);
	}
}

static void long_globs_end(void **state)
{
	(void)state;
	char many[5000], expression[600] = "path ~ \"";
	memset(many, 'a', sizeof(many));
	many[4999] = '\0';
	path = many;
	for (int i = 0; i < 200; i++)
		strcat(expression, "*a");
	strcat(expression, "*b\"");
	expect(expression, CT_FILTER_FALSE);
}

static void text_may_end_at_an_unmapped_page(void **state)
{
	(void)state;
	struct edge edge = edge_create(8);
	path = (const char *)edge_put(&edge, "/etc", 5);
	expect("path ~ \"/e*\"", CT_FILTER_TRUE);
	expect("path == \"/etc\"", CT_FILTER_TRUE);
	expect("path == \"/etc/passwd\"", CT_FILTER_FALSE);
	path = (const char *)edge_put(&edge, "/etc", 4);
	expect("path ~ \"/e*\"", CT_FILTER_UNKNOWN);
	expect("path == \"/etc/passwd\"", CT_FILTER_UNKNOWN);
	edge_destroy(&edge);
}

static void variables_are_given(void **state)
{
	(void)state;
	uint32_t flag_bits;
	expect("$tid == 42 && $pid == 41", CT_FILTER_TRUE);
	expect("$nth == 3 && $nth % 2 && $nth - 4 < 0", CT_FILTER_TRUE);
	expect("$depth == 1", CT_FILTER_TRUE);
	expect("$1 == 3 && $10 ~ \"/etc*\"", CT_FILTER_TRUE);
	assert_int_equal(evaluate("$caller == \"main\"", &flag_bits),
			 CT_FILTER_TRUE);
	assert_int_equal(flag_bits, CT_FILTER_USES_CALLER);
	expect("$caller ~ \"m*n\" && $caller != \"x\"", CT_FILTER_TRUE);
	expect("\"main\" == $caller", CT_FILTER_TRUE);
	caller_name = NULL;
	expect("$caller == \"main\"", CT_FILTER_UNKNOWN);
	caller_name = "main";
}

static void results_are_known_at_the_return(void **state)
{
	(void)state;
	uint32_t flag_bits;
	assert_int_equal(evaluate("$return < 0 && $errno == EINTR", &flag_bits),
			 CT_FILTER_TRUE);
	assert_int_equal(flag_bits, CT_FILTER_AT_RETURN);
	assert_int_equal(evaluate("fd == 3", &flag_bits), CT_FILTER_TRUE);
	assert_int_equal(flag_bits, CT_FILTER_USES_PARAMETERS);
	assert_int_equal(evaluate("*numbers == 10", &flag_bits),
			 CT_FILTER_TRUE);
	assert_int_equal(flag_bits,
			 CT_FILTER_USES_MEMORY | CT_FILTER_USES_PARAMETERS);
}

static void macros_have_their_values(void **state)
{
	(void)state;
	SAME(O_CREAT == 0100 && O_RDWR == 2 && SEEK_END == 2 && ENOENT == 2);
	SAME((0101 & O_CREAT) && (0101 & O_ACCMODE) == O_WRONLY);
	expect("color == BLUE && RED == 0", CT_FILTER_TRUE);
	/* Only the type of a member behind a pointer has it. */
	expect("node != NULL && true && !false", CT_FILTER_TRUE);
}

static void what_cannot_be_known_is_unknown(void **state)
{
	(void)state;
	expect("fd / 0", CT_FILTER_UNKNOWN);
	expect("fd % (fd - 3)", CT_FILTER_UNKNOWN);
	expect("d / 0 > 1", CT_FILTER_UNKNOWN);
	expect("(-2147483647 - 1) / -1", CT_FILTER_UNKNOWN);
	expect("(-9223372036854775807 - 1) % -1", CT_FILTER_UNKNOWN);
	expect("1 << 32", CT_FILTER_UNKNOWN);
	expect("1 << -1", CT_FILTER_UNKNOWN);
	expect("buf.text[8] == 0", CT_FILTER_UNKNOWN);
	expect("buf.text[-1] == 0", CT_FILTER_UNKNOWN);
	path = NULL;
	node = (struct node *)16;
	expect("path == \"x\"", CT_FILTER_UNKNOWN);
	expect("path != \"x\"", CT_FILTER_UNKNOWN);
	expect("!(path ~ \"x\")", CT_FILTER_UNKNOWN);
	expect("node->next->i == 1 || 1", CT_FILTER_UNKNOWN);
}

static void refuse(const char *expression, const char *message)
{
	struct ct_buffer out = {0};
	ct_buffer_puts(&out, "before");
	struct ct_error *err = compile(expression, false, &out);
	if (!err)
		fail_msg("%s was accepted", expression);
	if (strcmp(ct_error_message(err), message))
		fail_msg("%s:\n got  %s\n want %s", expression,
			 ct_error_message(err), message);
	assert_int_equal(ct_error_code(err), CT_ERROR_BAD_ARGUMENT);
	assert_int_equal(out.size, 6);
	ct_error_destroy(err);
	ct_buffer_deinit(&out);
}

static void errors_name_the_column(void **state)
{
	(void)state;
	refuse("fd > )", "unexpected ')' at column 6 of 'fd > )'");
	refuse("", "unexpected end at column 1 of ''");
	refuse("fd >", "unexpected end at column 5 of 'fd >'");
	refuse("(fd", "unexpected end at column 4 of '(fd'");
	refuse("fd 3", "unexpected '3' at column 4 of 'fd 3'");
	refuse("fd = 3", "unexpected '='; == compares at column 4 of 'fd = 3'");
	refuse("fd > 3x", "unexpected 'x' at column 7 of 'fd > 3x'");
	refuse("\"\xc3\xa9\" == path \xc3\xa9",
	       "unexpected '\xc3\xa9' at column 13 of '\"\xc3\xa9\" == path "
	       "\xc3\xa9'");
	refuse("strlen(path) > 3", "unknown name 'strlen' (parameters: fd, u, "
				   "n, length, s, c, f, d, ld, path, node, "
				   "flags, color, buf, on, numbers, wide, "
				   "bits, text, gone) at column 1 of "
				   "'strlen(path) > 3'");
	refuse("fd(1)", "a call is not possible at column 3 of 'fd(1)'");
	refuse("path == \"abc",
	       "missing closing quote at column 9 of 'path == \"abc'");
}

static void unknown_names_are_listed(void **state)
{
	(void)state;
	refuse("lenght > 3", "unknown name 'lenght' (did you mean length?) at "
			     "column 1 of 'lenght > 3'");
	refuse("fd & O_CRAET", "unknown name 'O_CRAET' (did you mean "
			       "O_CREAT?) at column 6 of 'fd & O_CRAET'");
	refuse("node->nmae == \"x\"",
	       "struct node has no member 'nmae' (did you mean name?) at "
	       "column 7 of 'node->nmae == \"x\"'");
	refuse("$21 == 1", "there are 20 parameters, no $21 at column 1 of "
			   "'$21 == 1'");
	refuse("$retrun", "unknown variable '$retrun' ($tid, $pid, $nth, "
			  "$depth, $caller, $return, $errno) at column 1 of "
			  "'$retrun'");
	refuse("$return == 1", "$return is not known before the function "
			       "returns at column 1 of '$return == 1'");
	refuse("fd == gone", "'gone' is optimized out in this function at "
			     "column 7 of 'fd == gone'");
}

static void types_that_do_not_fit_are_refused(void **state)
{
	(void)state;
	refuse("flags == 1",
	       "struct flags is not a number at column 1 of 'flags == 1'");
	refuse("1 + buf.text", "char [8] is not a number at column 5 of '1 + "
			       "buf.text'");
	refuse("fd->x", "int is not a pointer at column 1 of 'fd->x'");
	refuse("1 + *fd", "int is not a pointer at column 6 of '1 + *fd'");
	refuse("node.next", "struct node * is a pointer; use -> at column 1 of "
			    "'node.next'");
	refuse("fd.x", "int is not a struct at column 1 of 'fd.x'");
	refuse("(fd + 1)[2]",
	       "a number is not a pointer at column 1 of '(fd + 1)[2]'");
	refuse("fd == \"x\"", "int is not text at column 1 of 'fd == \"x\"'");
	refuse("path ~ fd", "~ wants text in quotes on its right side at "
			    "column 8 of 'path ~ fd'");
	refuse("\"x\"", "text can only be compared, by ==, !=, ~ and !~ at "
			"column 1 of '\"x\"'");
	refuse("$caller > 1", "$caller can only be compared with text at "
			      "column 1 of '$caller > 1'");
	refuse("wide == 1",
	       "__int128 is too wide for a filter at column 1 of 'wide == 1'");
	refuse("d % 2", "% wants integers at column 1 of 'd % 2'");
	refuse("~d", "~ wants an integer at column 2 of '~d'");
	refuse("numbers[d]", "an index is an integer at column 9 of "
			     "'numbers[d]'");
	refuse("18446744073709551616 > fd",
	       "a number of more than 64 bits at column 1 of "
	       "'18446744073709551616 > fd'");
}

static void refuse_long(const char *part, int count, const char *why)
{
	struct ct_buffer text_buffer = {0}, out = {0};
	for (int i = 0; i < count; i++)
		ct_buffer_puts(&text_buffer, part);
	char *expression = ct_buffer_take_string(&text_buffer);
	struct ct_error *err = compile(expression, false, &out);
	assert_non_null(err);
	assert_non_null(strstr(ct_error_message(err), why));
	ct_error_destroy(err);
	ct_buffer_deinit(&out);
	free(expression);
}

static void long_expressions_are_refused(void **state)
{
	(void)state;
	refuse_long("(", 100000, "nested too deeply");
	refuse_long("!", 100000, "nested too deeply");
	refuse_long("1+(", 90, "too long");
	refuse_long("1+", 10000, "too long");
}

/* The program can write what it runs: no bit of it may lead astray. */
static void damaged_filters_read_nothing_outside(void **state)
{
	(void)state;
	struct ct_buffer out = {0};
	struct ct_error *err =
	    compile("fd == 3 && path ~ \"/etc/*\" || buf.matrix[fd][1] / n > "
		    "bits->wide",
		    false, &out);
	assert_null(err);
	struct edge edge = edge_create(out.size);
	for (size_t at = 4; at < out.size; at++) { /* size is the caller's */
		for (int bit = 0; bit < 8; bit++) {
			out.data[at] ^= (char)(1 << bit);
			run_blob((void *)edge_put(&edge, out.data, out.size));
			out.data[at] ^= (char)(1 << bit);
		}
	}
	edge_destroy(&edge);
	ct_buffer_deinit(&out);
}

static void damaged_jumps_do_not_hang(void **state)
{
	(void)state;
	struct ct_buffer out = {0};
	struct ct_error *err = compile("1 || 1", false, &out);
	assert_null(err);
	struct ct_filter *filter = (void *)out.data;
	struct filter_op *ops = (void *)(filter + 1);
	assert_int_equal(ops[2].code, OP_OR_JUMP);
	for (uint64_t target = 0; target <= 2; target++) {
		ops[2].value = target; /* to itself, or back */
		assert_int_equal(run_blob(filter), CT_FILTER_UNKNOWN);
	}
	ops[2].value = UINT64_MAX; /* out at the end */
	assert_int_equal(run_blob(filter), CT_FILTER_TRUE);
	ct_buffer_deinit(&out);
}

static void blocks_are_read_to_their_end_only(void **state)
{
	(void)state;
	struct ct_buffer out = {0};
	struct ct_error *err = compile("n == -1 && $return == -1", true, &out);
	assert_null(err);
	const struct ct_filter *filter = (void *)out.data;
	struct edge edge = edge_create(sizeof(struct args));
	struct args full;
	memset(&full, 0xff, sizeof(full));
	uint32_t end = offsetof(struct args, n_) + sizeof(n);
	struct ct_filter_input input = {
	    .args = edge_put(&edge, &full, end),
	    .args_size = end,
	    .result = (const uint8_t *)&result,
	    .result_size = sizeof(result),
	};
	assert_int_equal(ct_filter_run(filter, &input), CT_FILTER_TRUE);
	input.result_size--;
	assert_int_equal(ct_filter_run(filter, &input), CT_FILTER_UNKNOWN);
	input.result = NULL; /* it has not returned */
	assert_int_equal(ct_filter_run(filter, &input), CT_FILTER_UNKNOWN);
	input.args = edge_put(&edge, &full, end - 1);
	input.args_size = end - 1;
	assert_int_equal(ct_filter_run(filter, &input), CT_FILTER_UNKNOWN);
	input.args_size = 0;
	assert_int_equal(ct_filter_run(filter, &input), CT_FILTER_UNKNOWN);
	edge_destroy(&edge);
	ct_buffer_deinit(&out);
}

/* Everything that begins with "other". */
static bool is_others(void *arg, const char *name, size_t size)
{
	(void)arg;
	return (size >= 5 && !strncmp(name, "other", 5)) ||
	       (size == 3 && !strncmp(name, "$99", 3));
}

static enum ct_filter_result run_absent(const char *expression)
{
	struct ct_filter_scope scope = {.function = &function,
					.offsets = offsets,
					.offset_count = COUNT(offsets),
					.absent = is_others};
	struct ct_buffer out = {0};
	struct ct_error *err = ct_filter_compile(expression, &scope, &out);
	if (err)
		fail_msg("%s", ct_error_message(err));
	enum ct_filter_result is = run_blob((const void *)out.data);
	ct_buffer_deinit(&out);
	return is;
}

static void comparing_what_is_absent_is_false(void **state)
{
	(void)state;
	static const char *const no[] = {
	    "other == 0",
	    "other != 0",
	    "0 == other",
	    "other < 1",
	    "other >= 0",
	    "$99 == 0",
	    "other ~ \"*\"",
	    "other !~ \"x\"",
	    "other == \"\"",
	    "\"\" != other",
	    "other",
	    "!other",
	    "-other == 0",
	    "~other",
	    "other + 1 == 1",
	    "1 - other == 1",
	    "1 / other == 0",
	    "other / 0 == 0",
	    "other % other == 0",
	    "1 << other == 1",
	    "(other | 1) == 1",
	    "other.name == 0",
	    "other->name->next.more == 0",
	    "other[3] == 0",
	    "other[fd].x == 0",
	    "numbers[other] == 0",
	    "*other == 0",
	    "path + other == path",
	    "other && fd == 3",
	    "fd == 3 && other",
	    "fd == 4 || other == 1",
	    "d * other == 0.0",
	    "c == 'c' && other == 'c'",
	};
	static const char *const yes[] = {
	    "other == 0 || fd == 3",
	    "fd == 3 || other == 0",
	    "!(other == 0)",
	    "!(other == 0 || other2 != 0)",
	    "(other == 0) == 0",
	    "fd == 3 && !(other ~ \"*\")",
	    "(other != 0) + fd == 3",
	    "fd == 3 || *other->name == 0",
	    "other[1] == 2 || fd == 3",
	    "(other & 1) == 1 || fd",
	};
	fd = 3;
	for (size_t i = 0; i < COUNT(no); i++)
		if (run_absent(no[i]) != CT_FILTER_FALSE)
			fail_msg("%s is not false", no[i]);
	for (size_t i = 0; i < COUNT(yes); i++)
		if (run_absent(yes[i]) != CT_FILTER_TRUE)
			fail_msg("%s is not true", yes[i]);
}

static void what_is_not_there_anywhere_is_refused(void **state)
{
	(void)state;
	struct ct_filter_scope scope = {.function = &function,
					.offsets = offsets,
					.offset_count = COUNT(offsets),
					.absent = is_others};
	struct ct_buffer out = {0};
	struct ct_error *err =
	    ct_filter_compile("other == 0 || anything == 0", &scope, &out);
	assert_non_null(err);
	assert_non_null(strstr(ct_error_message(err), "'anything'"));
	ct_error_destroy(err);
	ct_buffer_deinit(&out);
}

#define TEST(name) cmocka_unit_test_setup(name, set_up)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(comparisons_are_as_in_c),
	    TEST(arithmetic_is_as_in_c),
	    TEST(floats_are_as_in_c),
	    TEST(logic_stops_at_the_left_side),
	    TEST(signs_are_compared_as_numbers),
	    TEST(places_are_followed),
	    TEST(bitfields_are_extracted),
	    TEST(text_is_compared),
	    TEST(globs_match),
	    TEST(long_globs_end),
	    TEST(text_may_end_at_an_unmapped_page),
	    TEST(variables_are_given),
	    TEST(results_are_known_at_the_return),
	    TEST(macros_have_their_values),
	    TEST(what_cannot_be_known_is_unknown),
	    TEST(errors_name_the_column),
	    TEST(unknown_names_are_listed),
	    TEST(types_that_do_not_fit_are_refused),
	    TEST(long_expressions_are_refused),
	    TEST(damaged_filters_read_nothing_outside),
	    TEST(damaged_jumps_do_not_hang),
	    TEST(blocks_are_read_to_their_end_only),
	    TEST(comparing_what_is_absent_is_false),
	    TEST(what_is_not_there_anywhere_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
