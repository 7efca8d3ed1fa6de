/* SPDX-License-Identifier: MIT */
/*
 * The types fixture: one case a line, in types.c, types_more.c and
 * types_members.c, linked into one program.
 *
 * A case NAME is a global variable v_NAME that holds a telling value and a
 * function take_NAME that gets the value as its parameter and returns it.
 * main() runs every case, or the one named by its argument, through the
 * table that the linker collects in the section "calls"; then it calls
 * finished(), where a debugger looks at all variables at once.
 *
 *	CASE(NAME, TYPE, VALUE...)	passed by value
 *	QUALIFIED(NAME, TYPE, RESULT, VALUE...)
 *					the same; C ignores the qualifiers of
 *					a result, so its type is spelt apart
 *	SCALAR(NAME, TYPE, VALUE...)	CASE, and NAME_ptr that points to it
 *	ARRAY(NAME, TYPE, VALUE...)	passed by pointer
 *	CALL(NAME, ARGUMENTS...)	a hand-written take_NAME, no variable;
 *					its result stays in r_NAME
 *
 * TYPE is what typeof() takes: "int (*)(int)", "char *[3]".
 *
 * Build with -Wno-psabi, or gcc notes how it passed two of these types in
 * versions long gone.
 */
#ifndef TESTS_PROGRAMS_TYPES_H
#define TESTS_PROGRAMS_TYPES_H

/*
 * Neither inlined, cloned nor merged with a function of the same body:
 * each must be entered with the arguments of its own prototype.
 */
#ifdef __clang__
#define TAKES __attribute__((noinline))
#else
#define TAKES __attribute__((noinline, noclone, no_icf))
#endif

/* Without a side effect, calls whose result is unused would vanish. */
#define STAY() __asm__ volatile("" : : : "memory")

/*
 * Called by the hand-written functions first of all: without optimization, a
 * debugger that stops here sees their parameters in the frame above.
 */
void arguments_ready(void);

struct call {
	const char *name;
	void (*run)(void);
};

#define ENTRY(NAME)                     \
	static struct call entry_##NAME \
	    __attribute__((section("calls"), used)) = {#NAME, call_##NAME}

#define TAKE(NAME, TYPE, RESULT)                             \
	typeof(RESULT) take_##NAME(typeof(TYPE) value);      \
	TAKES typeof(RESULT) take_##NAME(typeof(TYPE) value) \
	{                                                    \
		STAY();                                      \
		return value;                                \
	}

#define CALL(NAME, ...)                   \
	static void call_##NAME(void)     \
	{                                 \
		take_##NAME(__VA_ARGS__); \
	}                                 \
	ENTRY(NAME)

#define QUALIFIED(NAME, TYPE, RESULT, ...)   \
	typeof(TYPE) v_##NAME = __VA_ARGS__; \
	TAKE(NAME, TYPE, RESULT)             \
	CALL(NAME, v_##NAME)

#define CASE(NAME, TYPE, ...) QUALIFIED(NAME, TYPE, TYPE, __VA_ARGS__)

#define SCALAR(NAME, TYPE, ...)        \
	CASE(NAME, TYPE, __VA_ARGS__); \
	CASE(NAME##_ptr, TYPE *, &v_##NAME)

#define ARRAY(NAME, TYPE, ...)                     \
	typeof(TYPE) v_##NAME = __VA_ARGS__;       \
	TAKE(NAME, typeof(TYPE) *, typeof(TYPE) *) \
	CALL(NAME, &v_##NAME)

/* Completed in types_more.c alone; types.c sees only pointers to it. */
struct later;
extern struct later v_later;

/* Completed in types.c alone. */
struct earlier;
extern struct earlier v_earlier;

/* Completed nowhere. */
struct opaque;
union opaque_union;

#endif
