/* SPDX-License-Identifier: MIT */
/*
 * Code that a thread runs in the program between a mocked call and its return:
 * it sleeps, or raises an exception in Python, or one after the other.
 *
 * It is entered as the mocked function was, with the return address at the
 * stack pointer and the results already in their registers, and finds what to
 * do in the red zone: the 128 bytes below the stack pointer, which are the
 * function's, and which signal handlers leave alone (psABI, 3.2.2).  All
 * registers are as before when it returns, but for the flags and the upper
 * parts of vector registers.
 */
#ifndef CT_PROCESS_DETOUR_CODE_H
#define CT_PROCESS_DETOUR_CODE_H

#include <stddef.h>
#include <stdint.h>

/* Lies directly below the stack pointer. */
struct ct_detour_frame {
	uint64_t errno_addr; /* of the thread's errno, which stays; or 0 */
	uint64_t text;       /* a program in Python, NUL-terminated, that puts a
				class named `raised` into its globals */
	uint64_t functions;  /* CT_PYTHON_FUNCTIONS addresses; 0: nothing is
				raised.  The code sets it to 0 at its end. */
	uint64_t seconds, nanoseconds; /* to sleep, like struct timespec */
};

/* The functions of CPython that it calls: all are exported. */
enum ct_python_function {
	CT_PY_IS_INITIALIZED, /* Py_IsInitialized */
	CT_PY_GIL_ENSURE,     /* PyGILState_Ensure */
	CT_PY_GIL_RELEASE,    /* PyGILState_Release */
	CT_PY_ERR_FETCH,      /* PyErr_Fetch */
	CT_PY_ERR_RESTORE,    /* PyErr_Restore */
	CT_PY_ERR_OCCURRED,   /* PyErr_Occurred */
	CT_PY_DICT_NEW,       /* PyDict_New */
	CT_PY_DICT_GET,       /* PyDict_GetItemString */
	CT_PY_RUN_STRING,     /* PyRun_String */
	CT_PY_INC_REF,        /* Py_IncRef */
	CT_PY_DEC_REF,        /* Py_DecRef */
	CT_PY_THREAD_IDENT,   /* PyThread_get_thread_ident */
	CT_PY_SET_ASYNC_EXC,  /* PyThreadState_SetAsyncExc */
	CT_PYTHON_FUNCTIONS
};
extern const char *const ct_python_functions[CT_PYTHON_FUNCTIONS];

/* The code runs wherever it is copied to. */
extern const uint8_t ct_detour_code[] __attribute__((visibility("hidden")));
extern const uint8_t ct_detour_code_end[] __attribute__((visibility("hidden")));

#endif
