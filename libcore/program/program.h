/* SPDX-License-Identifier: MIT */
/*
 * A program: the files it is made of, before it runs and while it does.
 *
 * A module is one of these files.  Before the start there are the executable
 * and the libraries that the dynamic loader says it will load; then what is
 * mapped.  Modules are opened once and kept, so that a second run of the same
 * program reads nothing again.  Everything given out is borrowed from the
 * program.
 */
#ifndef CT_PROGRAM_PROGRAM_H
#define CT_PROGRAM_PROGRAM_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/error.h"
#include "ctester/function.h"
#include "ctester/image.h"

struct ct_program;

struct ct_module {
	const char *path;
	const char *name; /* the file name: libm.so.6 */
	struct ct_image *image;
	struct ct_types *types;
	bool is_main;
	bool is_loader; /* ld.so, which has private copies of libc functions */
	bool is_musl;   /* the C library and dynamic linker in one */
	bool is_system; /* libc, libm, libpthread…: shipped prototypes fit */
	bool is_needed; /* the executable says that it will be loaded */
	bool is_mapped; /* in the running program: bias, start, end count */
	bool problem_told; /* what ct_image_debug_problem() says */
	uint64_t bias;
	uint64_t start, end;
};

/*
 * @param prototypes  The path of the shipped prototypes' debug information;
 *                    NULL for none.
 */
CT_MUST_CHECK
struct ct_error *ct_program_create(const char *prototypes,
				   struct ct_program **ret);
void ct_program_destroy(struct ct_program *program);

/* Take a new executable; what was mapped of another program is forgotten. */
CT_MUST_CHECK
struct ct_error *ct_program_set_executable(struct ct_program *program,
					   const char *path);

/* Where separate debug files are looked for, separated by ':'.  Another place
 * than before means that every file is opened anew. */
CT_MUST_CHECK
struct ct_error *ct_program_set_debug_directories(struct ct_program *program,
						  const char *directories);

/*
 * Read what the running process has mapped; *changed is true when modules
 * have come, gone or moved.  Files that are no ELF we can read are left out.
 */
CT_MUST_CHECK
struct ct_error *ct_program_refresh(struct ct_program *program, pid_t pid,
				    bool *changed);
/* The process is gone: nothing is mapped any more. */
void ct_program_unmap(struct ct_program *program);

/* The process is gone, and so is what it has opened: as before the start. */
void ct_program_forget_opened(struct ct_program *program);

/* The i-th module: the executable first, then in the order of look-up; NULL
 * after the last. */
struct ct_module *ct_program_module(struct ct_program *program, size_t i);

/* True when the module is one of these: not of another program, and not an
 * older file of the same name. */
bool ct_program_has_module(const struct ct_program *program,
			   const struct ct_module *module);

/* The mapped module that has the address, or NULL. */
struct ct_module *ct_program_module_at(struct ct_program *program,
				       uint64_t addr);

/*
 * The module that a person means: a path, a file name, a SONAME or its stem
 * (libm.so.6, libm, m); "" or the executable's own name for that.  *ret is
 * NULL when none is known by that name; several are CT_ERROR_AMBIGUOUS.
 */
CT_MUST_CHECK
struct ct_error *ct_program_find_module(struct ct_program *program,
					const char *name,
					struct ct_module **ret);

/* How much of a file name is its stem: what stands before ".so", and before
 * the tag of a Python module, as in _x.cpython-311-x86_64-linux-gnu.so and
 * _x.abi3.so (PEP 3149, PEP 384). */
size_t ct_program_stem_length(const char *name);

/* True when two spellings can mean the same library. */
bool ct_program_same_library(const char *path, const char *soname,
			     const char *name);

/* Whether a name, in any spelling, is that of a library of libc's family. */
bool ct_program_is_system_library(const char *name);

/* Whether a module is a program that is linked with no library at run time. */
bool ct_module_is_static_program(const struct ct_module *module);

/* Read prototypes out of a user's header, through the C compiler. */
CT_MUST_CHECK
struct ct_error *ct_program_add_header(struct ct_program *program,
				       const char *path, size_t *count);

/* A prototype and where it is from. */
struct ct_prototype {
	struct ct_type *type; /* CT_TYPE_FUNCTION */
	enum ct_prototype_source source;
	const struct ct_function *function; /* its own description, or NULL */
	bool is_system; /* of a system library, or linked from one into a
			   static program: libc's rules are its rules */
	struct ct_error *damage; /* why a better source could not be read; the
				    caller's to destroy */
};

/*
 * The best prototype of a function that a module defines at addr (a file
 * address).  There is always one: at worst six words, guessed.
 */
CT_MUST_CHECK
struct ct_error *ct_program_prototype(struct ct_program *program,
				      struct ct_module *module,
				      const char *function, uint64_t addr,
				      struct ct_prototype *ret);

/* Name an address of the running program: *symbol is NULL when unknown. */
struct ct_address_name {
	const struct ct_module *module;
	const char *symbol;
	uint64_t offset; /* from the symbol's start */
	const char *file;
	unsigned line;
};
struct ct_address_name ct_program_name_address(struct ct_program *program,
					       uint64_t addr);

#endif
