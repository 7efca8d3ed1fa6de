/* SPDX-License-Identifier: MIT */
/* Where code begins: symbols, and .eh_frame where there are none. */
#include "image/extent.h"
#include "image_fixture.h"

static const char sources[] =
    ".text\n"
    "shown: .cfi_startproc\n nop; nop; ret\n .cfi_endproc\n"
    ".size shown, 2; .type shown, @function; .globl shown\n"
    " nop; nop\n"
    "1: .cfi_startproc\n nop; ret\n .cfi_endproc\n"
    ".globl label\n"
    "label: .cfi_startproc\n nop; nop; nop; ret\n .cfi_endproc\n"
    ".globl last; last: ret\n"
    ".data\n"
    ".globl datum; datum: .quad 1b\n";

static uint64_t addr_of(struct ct_image *image, const char *name)
{
	size_t count = 0;
	const struct ct_symbol *const *symbols;
	assert_null(ct_image_symbols_named(image, name, &count, &symbols));
	assert_int_equal(count, 1);
	return symbols[0]->addr;
}

static struct ct_extents *read_extents(struct ct_image *image)
{
	struct ct_extents *extents = NULL;
	assert_null(ct_extents_read(image, &extents));
	return extents;
}

static void expect(const struct ct_extents *extents, uint64_t addr,
		   uint64_t size, uint64_t next)
{
	struct ct_extent extent = ct_extents_find(extents, addr);
	assert_int_equal(extent.size, size);
	assert_int_equal(extent.next, next);
}

static void code_begins_at_symbols_and_unwind_entries(void **state)
{
	(void)state;
	struct ct_image *image = open_image("code.so");
	struct ct_extents *extents = read_extents(image);
	uint64_t shown = addr_of(image, "shown");
	expect(extents, shown, 3, shown + 5); /* the one without a name */
	expect(extents, shown + 5, 2, shown + 7);
	/* No symbol says how much that is. */
	expect(extents, addr_of(image, "label"), 4, shown + 11);
	expect(extents, addr_of(image, "last"), 0, UINT64_MAX);
	expect(extents, shown + 1, 0, shown + 5);
	ct_extents_destroy(extents);
	ct_image_close(image);
}

static void spans_lead_from_one_beginning_to_the_next(void **state)
{
	(void)state;
	struct ct_image *image = open_image("code.so");
	struct ct_extents *extents = read_extents(image);
	uint64_t shown = addr_of(image, "shown");
	struct ct_extent_span spans[4];
	assert_int_equal(ct_extents_spans(extents, shown, shown + 6, spans, 4),
			 2);
	assert_int_equal(spans[0].low, shown);
	assert_int_equal(spans[0].high, shown + 5);
	assert_int_equal(spans[1].low, shown + 5);
	assert_int_equal(spans[1].high, shown + 7);
	assert_int_equal(
	    ct_extents_spans(extents, shown + 4, shown + 5, spans, 4), 1);
	assert_int_equal(spans[0].low, shown);
	assert_int_equal(
	    ct_extents_spans(extents, shown, shown + 100, spans, 1), 1);
	ct_extents_destroy(extents);
	ct_image_close(image);
}

static void without_unwind_entries_there_are_symbols(void **state)
{
	(void)state;
	run("objcopy -R .eh_frame -R .eh_frame_hdr code.so bare.so");
	struct ct_image *image = open_image("bare.so");
	struct ct_extents *extents = read_extents(image);
	uint64_t shown = addr_of(image, "shown");
	expect(extents, shown, 2, shown + 7);
	expect(extents, addr_of(image, "label"), 0, shown + 11);
	ct_extents_destroy(extents);
	ct_image_close(image);
}

static int setup(void **state)
{
	if (scratch_setup(state) != 0)
		return -1;
	write_text("code.s", sources);
	run("cc -shared -nostdlib -o code.so code.s");
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(code_begins_at_symbols_and_unwind_entries),
	    cmocka_unit_test(spans_lead_from_one_beginning_to_the_next),
	    cmocka_unit_test(without_unwind_entries_there_are_symbols),
	};
	return cmocka_run_group_tests(tests, setup, scratch_teardown);
}
