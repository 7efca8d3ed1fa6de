/* SPDX-License-Identifier: MIT */
/*
 * The way in and out of a hooked function.
 *
 * A pad has pushed the hook's index onto the return address.  Functions may be
 * called with more expectations than the ABI gives (gcc's -fipa-ra), so every
 * register is kept.  The C code behind is compiled without vector registers;
 * those are only stored where arguments or results are in them.
 *
 *    16(%rbp)  return address           CFA is %rbp + 24 throughout, so that
 *     8(%rbp)  index, later: open call   unwinders (GDB's, libgcc's) pass the
 *     0(%rbp)  the caller's rbp         frame as any other
 *    -8(%rbp)  the real function
 *   -16(%rbp)  the hook's flags
 *
 * The real function is called, not jumped to with another return address: so
 * returns are predicted, exceptions find their way, and longjmp may leave.
 * What it wants on the stack is copied below the frame.
 */
#include "agent/stub.h"

	.text

.macro	SAVE_GENERAL
	movq	%rax, STUB_RAX(%rsp)
	movq	%rdx, STUB_RDX(%rsp)
	movq	%rcx, STUB_RCX(%rsp)
	movq	%rbx, STUB_RBX(%rsp)
	movq	%rsi, STUB_RSI(%rsp)
	movq	%rdi, STUB_RDI(%rsp)
	movq	%r8, STUB_R8(%rsp)
	movq	%r9, STUB_R9(%rsp)
	movq	%r10, STUB_R10(%rsp)
	movq	%r11, STUB_R11(%rsp)
.endm

.macro	RESTORE_GENERAL
	movq	STUB_RAX(%rsp), %rax
	movq	STUB_RDX(%rsp), %rdx
	movq	STUB_RCX(%rsp), %rcx
	movq	STUB_RBX(%rsp), %rbx
	movq	STUB_RSI(%rsp), %rsi
	movq	STUB_RDI(%rsp), %rdi
	movq	STUB_R8(%rsp), %r8
	movq	STUB_R9(%rsp), %r9
	movq	STUB_R10(%rsp), %r10
	movq	STUB_R11(%rsp), %r11
.endm

/*
 * Call C on the agent's stack: \function(thread, regs, frame).  The thread's
 * level says that the stack is in use, as long as it is: a signal's handler
 * that comes in between and calls a hooked function then gets another part.
 */
.macro	CALL_C function
	movq	%rsp, %rbx
	movq	ctester_agent_thread@gottpoff(%rip), %rax
	movq	%fs:(%rax), %rdi
	testq	%rdi, %rdi
	jz	1f
	cmpl	$0, STUB_LEVEL(%rdi)
	jne	1f
	movl	$1, STUB_LEVEL(%rdi)
	movq	%rbp, STUB_LEVEL_SP(%rdi)
	movq	STUB_STACK_TOP(%rdi), %rax
	addq	%rdi, %rax
	jmp	2f
1:	/* no thread yet, or in a signal's handler: the stack is chosen in C */
	movq	%rbp, %rdi
	call	ct_agent_choose
	testq	%rax, %rax
	jz	3f
	movq	%rdx, %rdi
2:	movq	%rax, %rsp
	movq	%rbx, %rsi
	movq	%rbp, %rdx
	call	\function
	movq	%rbx, %rsp
	movq	ctester_agent_thread@gottpoff(%rip), %rcx
	movq	%fs:(%rcx), %rcx
	decl	STUB_LEVEL(%rcx)
3:
.endm

	.globl	ctester_agent_enter
	.hidden	ctester_agent_enter
	.type	ctester_agent_enter, @function
	.p2align 6
ctester_agent_enter:
	.cfi_startproc
	.cfi_def_cfa_offset 16
	pushq	%rbp
	.cfi_def_cfa_offset 24
	.cfi_offset %rbp, -24
	movq	%rsp, %rbp
	.cfi_def_cfa_register %rbp
	subq	$STUB_ROOM, %rsp
	andq	$-16, %rsp
	SAVE_GENERAL
	movl	8(%rbp), %eax
	shlq	$6, %rax
	addq	ct_agent_hooks(%rip), %rax
	movq	ct_agent_live(%rip), %rdx
	movl	STUB_HOOK_FLAGS(%rax), %ecx
	movq	%rcx, -16(%rbp)
	cmpl	$0, (%rdx)		/* zeroed in a forked child */
	je	.Lpass
	testl	$STUB_ENTRY_FP, %ecx
	jnz	.Lsave_entry_fp
.Lsaved_entry_fp:
	CALL_C	ct_agent_call
.Lact:
	cmpb	$STUB_RETURN, %al
	je	.Lreturn
	movl	%eax, %ecx
	cmpb	$STUB_CALL, %al
	je	.Lcall
	cmpb	$STUB_TRAP, %al
	je	.Ltrap
.Lpass:
	movl	8(%rbp), %eax
	shlq	$6, %rax
	addq	ct_agent_hooks(%rip), %rax
	movq	STUB_HOOK_TRAMPOLINE(%rax), %rdi
	movq	%rdi, -8(%rbp)
	RESTORE_GENERAL
	.cfi_remember_state
	/* What lies below the stack pointer is nobody else's (ABI 3.2.2). */
	pushq	-8(%rbp)
	popq	8(%rbp)
	movq	%rbp, %rsp
	popq	%rbp
	.cfi_def_cfa %rsp, 16
	.cfi_restore %rbp
	leaq	8(%rsp), %rsp
	.cfi_def_cfa_offset 8
	jmp	*-8(%rsp)
	.cfi_restore_state

.Lsave_entry_fp:
	movups	%xmm0, STUB_XMM+0(%rsp)
	movups	%xmm1, STUB_XMM+16(%rsp)
	movups	%xmm2, STUB_XMM+32(%rsp)
	movups	%xmm3, STUB_XMM+48(%rsp)
	movups	%xmm4, STUB_XMM+64(%rsp)
	movups	%xmm5, STUB_XMM+80(%rsp)
	movups	%xmm6, STUB_XMM+96(%rsp)
	movups	%xmm7, STUB_XMM+112(%rsp)
	jmp	.Lsaved_entry_fp

.Lcall:
	movl	8(%rbp), %eax
	shlq	$6, %rax
	addq	ct_agent_hooks(%rip), %rax
	movq	STUB_HOOK_TRAMPOLINE(%rax), %rdi
	movq	%rdi, -8(%rbp)
	shrl	$8, %ecx		/* bytes of arguments on the stack */
	jnz	.Lcopy_arguments
	/* As far from the frame as keeps the alignment mod 16. */
	leaq	-24(%rbp), %rax
	movq	%rax, -24(%rbp)
.Lcopied_arguments:
	RESTORE_GENERAL
	movq	-24(%rbp), %rsp
	call	*-8(%rbp)
	.globl	ctester_agent_returned
	.hidden	ctester_agent_returned
ctester_agent_returned:
	leaq	-32(%rbp), %rsp
	subq	$STUB_ROOM, %rsp
	andq	$-16, %rsp
	SAVE_GENERAL
	movq	ct_agent_live(%rip), %rdx
	cmpl	$0, (%rdx)
	je	.Lleave
	testl	$STUB_RESULT_FP, -16(%rbp)
	jnz	.Lsave_result_fp
.Lsaved_result_fp:
	CALL_C	ct_agent_leave
.Lleave:
	RESTORE_GENERAL
	.cfi_remember_state
	movq	%rbp, %rsp
	popq	%rbp
	.cfi_def_cfa %rsp, 16
	.cfi_restore %rbp
	leaq	8(%rsp), %rsp
	.cfi_def_cfa_offset 8
	ret
	.cfi_restore_state

.Lsave_result_fp:
	movups	%xmm0, STUB_XMM+0(%rsp)
	movups	%xmm1, STUB_XMM+16(%rsp)
	testl	$STUB_RESULT_X87, -16(%rbp)
	jz	.Lsaved_result_fp
	/* How many are on the x87 stack is in the tags; a read of an empty
	 * one would raise.  fxsave does not, and changes nothing. */
	subq	$528, %rsp
	fxsave64 (%rsp)
	movq	32(%rsp), %rax
	movq	%rax, 528+STUB_ST+0(%rsp)
	movq	40(%rsp), %rax
	movq	%rax, 528+STUB_ST+8(%rsp)
	movq	48(%rsp), %rax
	movq	%rax, 528+STUB_ST+16(%rsp)
	movq	56(%rsp), %rax
	movq	%rax, 528+STUB_ST+24(%rsp)
	addq	$528, %rsp
	jmp	.Lsaved_result_fp

.Lcopy_arguments:
	/* Room below the frame, a multiple of 64 below the real arguments, so
	 * that what is aligned there is aligned here; the registers go below
	 * it first, because they may be in its way. */
	leaq	24+48+63(%rcx), %rax
	andq	$-64, %rax
	leaq	24(%rbp), %rsi		/* the arguments */
	movq	%rsi, %rdi
	subq	%rax, %rdi		/* their copy */
	leaq	-STUB_GENERAL(%rdi), %rdx
	cmpq	%rsp, %rdx
	jb	1f
	movq	%rsp, %rdx		/* they are deeper already */
	jmp	3f
1:	/* from low to high: the copy is below */
	movq	%rsp, %rbx
	movq	%rdx, %rsp
	xorl	%eax, %eax
2:	movq	(%rbx,%rax), %r8
	movq	%r8, (%rdx,%rax)
	addq	$8, %rax
	cmpq	$STUB_GENERAL, %rax
	jb	2b
3:	xorl	%eax, %eax
4:	movq	(%rsi,%rax), %r8
	movq	%r8, (%rdi,%rax)
	addq	$8, %rax
	cmpq	%rcx, %rax
	jb	4b
	movq	%rdi, -24(%rbp)
	jmp	.Lcopied_arguments

.Lreturn:
	testl	$STUB_RESULT_FP, -16(%rbp)
	jz	.Lleave
	movl	STUB_ST_COUNT(%rsp), %eax
	testb	%ah, %ah		/* xmm registers */
	jz	2f
	movups	STUB_XMM+0(%rsp), %xmm0
	cmpb	$1, %ah
	je	2f
	movups	STUB_XMM+16(%rsp), %xmm1
2:	cmpb	$1, %al
	jb	.Lleave
	je	1f
	fldt	STUB_ST+16(%rsp)
1:	fldt	STUB_ST+0(%rsp)
	jmp	.Lleave

	/* GDB's side reads the question by the thread's block, answers it
	 * there and lets the thread run on behind the int3. */
.Ltrap:
	.globl	ctester_agent_trap
	.hidden	ctester_agent_trap
ctester_agent_trap:
	int3
	.globl	ctester_agent_trap_next
	.hidden	ctester_agent_trap_next
ctester_agent_trap_next:
	CALL_C	ct_agent_answered
	jmp	.Lact
	.cfi_endproc
	.size	ctester_agent_enter, .-ctester_agent_enter

/*
 * Filters compute with doubles.  ct_filter_run() keeps what the program has in
 * vector registers around the real one.
 */
	.globl	ct_filter_run
	.hidden	ct_filter_run
	.type	ct_filter_run, @function
	.p2align 4
ct_filter_run:
	.cfi_startproc
	pushq	%rbp
	.cfi_def_cfa_offset 16
	.cfi_offset %rbp, -16
	movq	%rsp, %rbp
	.cfi_def_cfa_register %rbp
	subq	$528, %rsp
	andq	$-16, %rsp
	fxsave64 (%rsp)
	call	ct_filter_run_fp
	fxrstor64 (%rsp)
	leave
	.cfi_def_cfa %rsp, 8
	ret
	.cfi_endproc
	.size	ct_filter_run, .-ct_filter_run

	.section .note.GNU-stack,"",@progbits
