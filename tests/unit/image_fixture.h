/* SPDX-License-Identifier: MIT */
/* A small program with everything that an image knows of, and its symbols as
 * nm has them. */
#ifndef CT_TESTS_IMAGE_FIXTURE_H
#define CT_TESTS_IMAGE_FIXTURE_H

#include <inttypes.h>

#include "image/image.h"
#include "scratch.h"

#define LIBC "/lib/x86_64-linux-gnu/libc.so.6"
#define LIBM "/lib/x86_64-linux-gnu/libm.so.6"

/* Calls by PLT and by GOT, a pointer in data, names of one place. */
SCRATCH_UNUSED static const char program[] =
    "#include <stdio.h>\n"
    "#include <stdlib.h>\n"
    "#include <unistd.h>\n"
    "int (*const say)(const char *) = puts;\n"
    "static int twice(int x) { return 2 * x; }\n"
    "int _x(int) __attribute__((alias(\"shown\")));\n"
    "int all_shown(int) __attribute__((alias(\"shown\")));\n"
    "static int a(int) __attribute__((alias(\"shown\"), used));\n"
    "int shown(int x) { return twice(x) + (int)getpid(); }\n"
    "static void *pick(void) { return shown; }\n"
    "int picked(int) __attribute__((ifunc(\"pick\")));\n"
    "__asm__(\".text; .globl unsized; unsized: nop; nop; ret\\n\"\n"
    "        \".globl ruler; .type ruler, @function; ruler: ret\\n\"\n"
    "        \".size ruler, 1; nop; nop\\n\"\n"
    "        \".globl outer; .type outer, @function; outer: nop\\n\"\n"
    "        \".globl inner; .type inner, @function; inner: nop\\n\"\n"
    "        \".size inner, 1; ret; .size outer, 3\");\n"
    "int main(void) { free(malloc(picked(3))); return say(\"hi\"); }\n";

SCRATCH_UNUSED static int image_setup(void **state)
{
	if (scratch_setup(state) != 0)
		return -1;
	write_text("prog.c", program);
	run("cc -g -O0 -Wl,--build-id=sha1 -Wl,-z,lazy -o prog prog.c");
	return 0;
}

SCRATCH_UNUSED static struct ct_image *open_searching(const char *path,
						      const char *directories)
{
	struct ct_image *image = NULL;
	struct ct_error *err =
	    ct_image_open_searching(path, directories, &image);
	if (err)
		fail_msg("%s", ct_error_message(err));
	return image;
}

SCRATCH_UNUSED static struct ct_image *open_image(const char *path)
{
	struct ct_image *image = NULL;
	struct ct_error *err = ct_image_open(path, &image);
	if (err)
		fail_msg("%s", ct_error_message(err));
	return image;
}

SCRATCH_UNUSED static const struct ct_symbol *const *named(
    struct ct_image *image, const char *name, size_t *count)
{
	const struct ct_symbol *const *symbols;
	struct ct_error *err =
	    ct_image_symbols_named(image, name, count, &symbols);
	if (err)
		fail_msg("%s", ct_error_message(err));
	return symbols;
}

/* The only symbol of that name. */
SCRATCH_UNUSED static const struct ct_symbol *the(struct ct_image *image,
						  const char *name)
{
	size_t count;
	const struct ct_symbol *const *symbols = named(image, name, &count);
	if (count != 1)
		fail_msg("%zu symbols %s", count, name);
	return symbols[0];
}

SCRATCH_UNUSED static const char *name_at(struct ct_image *image, uint64_t addr)
{
	const struct ct_symbol *symbol;
	assert_null(ct_image_symbol_at(image, addr, &symbol));
	return symbol ? symbol->name : "nothing";
}

SCRATCH_UNUSED static uint64_t nm_address(const char *path, const char *options,
					  const char *name)
{
	char *output = output_of("nm %s %s | awk '$3 == \"%s\" {print $1}'",
				 options, path, name);
	uint64_t addr = strtoull(output, NULL, 16);
	free(output);
	assert_int_not_equal(addr, 0);
	return addr;
}

/* Each function of nm's is one of our symbols. */
SCRATCH_UNUSED static size_t compare_with_nm(struct ct_image *image,
					     char *output)
{
	size_t lines = 0;
	for (char *line = strtok(output, "\n"); line;
	     line = strtok(NULL, "\n")) {
		uint64_t addr;
		char type, name[256];
		if (sscanf(line, "%" SCNx64 " %c %255s", &addr, &type, name) !=
			3 ||
		    !strchr("TtWi", type))
			continue;
		char *version = strchr(name, '@');
		bool is_default = !version || version[1] == '@';
		if (version)
			*version = '\0';
		size_t count, found = 0;
		const struct ct_symbol *const *symbols =
		    named(image, name, &count);
		for (size_t i = 0; i < count; i++)
			found += symbols[i]->addr == addr &&
				 symbols[i]->is_default_version == is_default &&
				 (symbols[i]->kind == CT_SYMBOL_IFUNC) ==
				     (type == 'i');
		if (found != 1)
			fail_msg("%s at %" PRIx64 ": %zu times", name, addr,
				 found);
		lines++;
	}
	return lines;
}

#endif
