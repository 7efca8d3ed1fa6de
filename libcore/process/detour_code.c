/* SPDX-License-Identifier: MIT */
/*
 * The code itself is data here, and nothing of it runs in our process.
 *
 * While it sleeps the stack pointer is where the mocked function had it, so
 * that a debugger without a description of this code finds the caller.
 *
 * An exception is raised by PyThreadState_SetAsyncExc(), which makes it come
 * up in the interpreter right after the foreign call, on its line.  That must
 * be the last thing before the GIL is released: any code in Python that this
 * thread runs after it would get the exception instead.
 */
#include "process/detour_code.h"

const char *const ct_python_functions[CT_PYTHON_FUNCTIONS] = {
    [CT_PY_IS_INITIALIZED] = "Py_IsInitialized",
    [CT_PY_GIL_ENSURE] = "PyGILState_Ensure",
    [CT_PY_GIL_RELEASE] = "PyGILState_Release",
    [CT_PY_ERR_FETCH] = "PyErr_Fetch",
    [CT_PY_ERR_RESTORE] = "PyErr_Restore",
    [CT_PY_ERR_OCCURRED] = "PyErr_Occurred",
    [CT_PY_DICT_NEW] = "PyDict_New",
    [CT_PY_DICT_GET] = "PyDict_GetItemString",
    [CT_PY_RUN_STRING] = "PyRun_String",
    [CT_PY_INC_REF] = "Py_IncRef",
    [CT_PY_DEC_REF] = "Py_DecRef",
    [CT_PY_THREAD_IDENT] = "PyThread_get_thread_ident",
    [CT_PY_SET_ASYNC_EXC] = "PyThreadState_SetAsyncExc",
};

/* The numbers of these are in the code below. */
#define IS(field, offset)                                             \
	_Static_assert(offsetof(struct ct_detour_frame, field) ==     \
			   (offset) + sizeof(struct ct_detour_frame), \
		       #field)
IS(errno_addr, -40);
IS(text, -32);
IS(functions, -24);
IS(seconds, -16);
IS(nanoseconds, -8);
_Static_assert(CT_PY_IS_INITIALIZED == 0 && CT_PY_GIL_ENSURE == 1 &&
		   CT_PY_GIL_RELEASE == 2 && CT_PY_ERR_FETCH == 3 &&
		   CT_PY_ERR_RESTORE == 4 && CT_PY_ERR_OCCURRED == 5 &&
		   CT_PY_DICT_NEW == 6 && CT_PY_DICT_GET == 7 &&
		   CT_PY_RUN_STRING == 8 && CT_PY_INC_REF == 9 &&
		   CT_PY_DEC_REF == 10 && CT_PY_THREAD_IDENT == 11 &&
		   CT_PY_SET_ASYNC_EXC == 12,
	       "their places");

/* clang-format off */
asm(".pushsection .rodata\n"
    "	.globl	ct_detour_code, ct_detour_code_end\n"
    "	.hidden	ct_detour_code, ct_detour_code_end\n"
    "	.p2align 4\n"
    "ct_detour_code:\n"
    /* endbr64: the caller may have jumped here by way of a landing pad. */
    "	endbr64\n"
    "	cmpq	$0, -8(%rsp)\n"
    "	jne	1f\n"
    "	cmpq	$0, -16(%rsp)\n"
    "	je	3f\n"

    /* Sleep.  All in the red zone. */
    "1:	mov	%rax, -48(%rsp)\n"
    "	mov	%rcx, -56(%rsp)\n"
    "	mov	%rsi, -64(%rsp)\n"
    "	mov	%rdi, -72(%rsp)\n"
    "	mov	%r11, -80(%rsp)\n"
    "2:	lea	-16(%rsp), %rdi\n"     /* the time */
    "	mov	%rdi, %rsi\n"          /* gets what a signal has left of it */
    "	mov	$35, %eax\n"           /* nanosleep */
    "	syscall\n"
    "	cmp	$-4, %rax\n"           /* -EINTR: with SA_RESTART, too */
    "	je	2b\n"
    "	mov	-48(%rsp), %rax\n"
    "	mov	-56(%rsp), %rcx\n"
    "	mov	-64(%rsp), %rsi\n"
    "	mov	-72(%rsp), %rdi\n"
    "	mov	-80(%rsp), %r11\n"
    "3:	cmpq	$0, -24(%rsp)\n"
    "	jne	4f\n"
    "	ret\n"

    /* Raise.  8(%rbp) is errno's address, 16 the text, 24 the functions. */
    "4:	lea	-40(%rsp), %rsp\n"
    "	push	%rbp\n"
    "	mov	%rsp, %rbp\n"
    "	push	%rax\n"
    "	push	%rcx\n"
    "	push	%rdx\n"
    "	push	%rsi\n"
    "	push	%rdi\n"
    "	push	%r8\n"
    "	push	%r9\n"
    "	push	%r10\n"
    "	push	%r11\n"
    "	push	%rbx\n"
    "	push	%r12\n"
    "	push	%r13\n"
    "	push	%r14\n"
    /* 0, 8, 16: the error as it was; 24: errno; 32: FXSAVE's 512 bytes. */
    "	sub	$544, %rsp\n"
    "	and	$-16, %rsp\n"
    "	fxsave64 32(%rsp)\n"
    "	emms\n"                       /* the ABI wants that stack empty */
    "	cld\n"
    "	mov	24(%rbp), %rbx\n"
    "	mov	8(%rbp), %rax\n"
    "	test	%rax, %rax\n"
    "	je	5f\n"
    "	mov	(%rax), %eax\n"
    "	mov	%eax, 24(%rsp)\n"
    "5:	call	*0*8(%rbx)\n"         /* Py_IsInitialized() */
    "	test	%eax, %eax\n"
    "	je	9f\n"
    "	call	*1*8(%rbx)\n"         /* PyGILState_Ensure() */
    "	mov	%eax, %r12d\n"
    "	mov	%rsp, %rdi\n"
    "	lea	8(%rsp), %rsi\n"
    "	lea	16(%rsp), %rdx\n"
    "	call	*3*8(%rbx)\n"         /* PyErr_Fetch() */

    "	call	*6*8(%rbx)\n"         /* globals = PyDict_New() */
    "	mov	%rax, %r13\n"
    "	test	%rax, %rax\n"
    "	je	6f\n"
    "	mov	16(%rbp), %rdi\n"
    "	mov	$257, %esi\n"         /* Py_file_input */
    "	mov	%r13, %rdx\n"
    "	mov	%r13, %rcx\n"
    "	call	*8*8(%rbx)\n"         /* PyRun_String() */
    "	test	%rax, %rax\n"
    "	je	6f\n"
    "	mov	%rax, %rdi\n"
    "	call	*10*8(%rbx)\n"        /* Py_DecRef(None) */
    "	mov	%r13, %rdi\n"
    "	lea	10f(%rip), %rsi\n"
    "	call	*7*8(%rbx)\n"         /* PyDict_GetItemString() */
    "	jmp	7f\n"
    /* It has failed, say by a KeyboardInterrupt: that comes up instead. */
    "6:	call	*5*8(%rbx)\n"         /* PyErr_Occurred() */
    "7:	mov	%rax, %r14\n"         /* a class, borrowed */
    "	mov	%rax, %rdi\n"
    "	call	*9*8(%rbx)\n"         /* Py_IncRef(class) */
    "	mov	%r13, %rdi\n"
    "	call	*10*8(%rbx)\n"        /* Py_DecRef(globals) */
    "	mov	(%rsp), %rdi\n"
    "	mov	8(%rsp), %rsi\n"
    "	mov	16(%rsp), %rdx\n"
    "	call	*4*8(%rbx)\n"         /* PyErr_Restore() */

    "	test	%r14, %r14\n"
    "	je	8f\n"
    "	call	*11*8(%rbx)\n"        /* PyThread_get_thread_ident() */
    "	mov	%rax, %rdi\n"
    "	mov	%r14, %rsi\n"
    "	call	*12*8(%rbx)\n"        /* PyThreadState_SetAsyncExc() */
    "	mov	%r14, %rdi\n"
    "	call	*10*8(%rbx)\n"        /* Py_DecRef(class): it has its own */
    "8:	mov	%r12d, %edi\n"
    "	call	*2*8(%rbx)\n"         /* PyGILState_Release() */

    "9:	mov	8(%rbp), %rax\n"
    "	test	%rax, %rax\n"
    "	je	5f\n"
    "	mov	24(%rsp), %ecx\n"
    "	mov	%ecx, (%rax)\n"
    "5:	fxrstor64 32(%rsp)\n"
    "	movq	$0, 24(%rbp)\n"
    "	lea	-13*8(%rbp), %rsp\n"
    "	pop	%r14\n"
    "	pop	%r13\n"
    "	pop	%r12\n"
    "	pop	%rbx\n"
    "	pop	%r11\n"
    "	pop	%r10\n"
    "	pop	%r9\n"
    "	pop	%r8\n"
    "	pop	%rdi\n"
    "	pop	%rsi\n"
    "	pop	%rdx\n"
    "	pop	%rcx\n"
    "	pop	%rax\n"
    "	pop	%rbp\n"
    "	lea	40(%rsp), %rsp\n"
    "	ret\n"
    "10:	.asciz	\"raised\"\n"
    "ct_detour_code_end:\n"
    ".popsection\n");
/* clang-format on */
