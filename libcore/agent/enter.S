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
 *   -24(%rbp)  while C runs: the word that says so; while the real function
 *              does: the stack pointer before its call, for debuggers
 *
 * The real function is called, not jumped to with another return address: so
 * returns are predicted, exceptions find their way, and longjmp may leave.
 * What it wants on the stack is copied below the frame.
 */
#include "agent/stub.h"

	.text
	/* Debuggers that step step over code without lines, or stop in it.
	 * All of this is one line in the middle of which a hooked function
	 * returns: they go on to its caller. */
	.file	1 "libcore/agent/enter.S"
	.loc	1 1
.Lbegin:

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
 * Call C: \function(thread, regs, frame, level).  The thread's owners say that
 * the level's ring and stack are in use, as long as they are: a signal's
 * handler that comes in between and calls a hooked function gets others.
 */
.macro	CALL_C function
	movq	ctester_agent_thread@gottpoff(%rip), %rax
	movq	%fs:(%rax), %rdi
	testq	%rdi, %rdi
	jz	1f
	xorl	%ecx, %ecx
	xorl	%eax, %eax
	leaq	STUB_OWNER_SLOW(%rbp), %rdx
	cmpxchgq %rdx, STUB_OWNERS(%rdi)
	je	2f
1:	/* no thread yet, or in a signal's handler */
	movq	%rbp, %rdi
	call	ct_agent_choose
	testq	%rax, %rax
	jz	3f
	movq	%rax, %rdi
	movl	%edx, %ecx
2:	leaq	STUB_OWNERS(%rdi,%rcx,8), %rax
	movq	%rax, -24(%rbp)
	movq	%rsp, %rsi
	movq	%rbp, %rdx
	call	\function
	movq	-24(%rbp), %rcx
	movq	STUB_IDLE(%rcx), %rdx
	movq	%rdx, (%rcx)
3:
.endm

/* A mock's result into vector and x87 registers. */
.macro	LOAD_RESULT
	testl	$STUB_RESULT_FP, -16(%rbp)
	jz	3f
	movl	STUB_ST_COUNT(%rsp), %eax
	testb	%ah, %ah		/* xmm registers */
	jz	2f
	movups	STUB_XMM+0(%rsp), %xmm0
	cmpb	$1, %ah
	je	2f
	movups	STUB_XMM+16(%rsp), %xmm1
2:	cmpb	$1, %al
	jb	3f
	je	1f
	fldt	STUB_ST+16(%rsp)
1:	fldt	STUB_ST+0(%rsp)
3:
.endm

	.globl	ctester_agent_enter
	.hidden	ctester_agent_enter
	.type	ctester_agent_enter, @function
	.p2align 6
ctester_agent_enter:
	.cfi_startproc
	.cfi_def_cfa_offset 16
	pushq	%rax
	.cfi_adjust_cfa_offset 8
	movl	8(%rsp), %eax
	shlq	$3, %rax
	addq	ct_agent_fast(%rip), %rax
	movq	(%rax), %rax
	testq	%rax, %rax
	jnz	.Lfast
	popq	%rax
	.cfi_adjust_cfa_offset -8
.Lslow:
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
	/* Now: in a child that a handler forks, all hooks can be others'. */
	movq	STUB_HOOK_TRAMPOLINE(%rax), %rax
	movq	%rax, -8(%rbp)
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
	cmpb	$STUB_SIGNAL, %al
	je	.Lsignal
.Lpass:
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
	LOAD_RESULT
	jmp	.Lleave

	/* All registers are set at once: signal.c. */
.Lsignal:
	shrl	$8, %ecx
	LOAD_RESULT
	movq	%r12, STUB_R12(%rsp)
	movq	%r13, STUB_R13(%rsp)
	movq	%r14, STUB_R14(%rsp)
	movq	%r15, STUB_R15(%rsp)
	movq	%rsp, %rdi
	movl	%ecx, %esi
	call	ct_agent_signal
	hlt

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

/*
 * struct ct_fast in rax: a call as the one before it, and nothing has changed.
 * Few registers, no frame, no stack of its own: what is its own is stored in
 * the ring, and the level says that the ring is in use.
 */
	.p2align 4
.Lfast:
	.cfi_startproc
	.cfi_def_cfa_offset 24
	pushq	%rcx
	.cfi_adjust_cfa_offset 8
	pushq	%rdx
	.cfi_adjust_cfa_offset 8
	pushq	%rsi
	.cfi_adjust_cfa_offset 8
	pushq	%r8
	.cfi_adjust_cfa_offset 8
	/* 0 r8, 8 rsi, 16 rdx, 24 rcx, 32 rax, 40 index, 48 return address */
	movq	agent_region(%rip), %r8
	movl	STUB_CHANGES(%r8), %edx
	cmpl	STUB_FAST_CHANGES(%rax), %edx
	jne	.Lnot_fast
	movq	48(%rsp), %rdx
	subq	STUB_FAST_CALLERS(%rax), %rdx
	cmpq	STUB_FAST_CALLERS_SIZE(%rax), %rdx
	jae	.Lnot_fast
	movq	ctester_agent_thread@gottpoff(%rip), %rcx
	movq	%fs:(%rcx), %rcx
	testq	%rcx, %rcx
	jz	.Lnot_fast
	cmpq	$0, STUB_STATE(%rcx)
	jne	.Lnot_fast
	cmpl	$0, STUB_TRAP_REASON(%rcx)
	jne	.Lnot_fast
	cmpl	$-1, STUB_OPEN_LAST(%rcx)
	jne	.Lfast_within
.Lfast_alone:
	/* From here on a handler has a ring of its own. */
	leaq	1(%rsp), %rdx
	movq	%rdx, STUB_STATE(%rcx)
	movq	STUB_RING_HEAD(%rcx), %rsi
	movl	STUB_NOW_TICK(%r8), %edx
	cmpl	STUB_TICK(%rcx), %edx
	jne	.Lfast_clock
	cmpq	STUB_FRESH_UP_TO(%rcx), %rsi
	ja	.Lfast_clock
.Lfast_timed:
	movl	$1, %edx
	lock xaddq %rdx, STUB_TURNS(%r8)
	shlq	$STUB_EPOCH_BITS, %rdx
	shrq	$STUB_EPOCH_BITS, %rdx
	/* The head in r8, its place in rsi. */
	movq	%rsi, %r8
	andq	STUB_RING_MASK(%rcx), %rsi
	addq	STUB_RING_AT(%rcx), %rsi
	/* The reader has had these lines.  There is memory, if not the ring's.
	 */
	prefetchw 256(%rsi)
	cmpl	$-1, STUB_OPEN_LAST(%rcx)
	jne	.Lfast_depth
.Lfast_order:
	movq	%rdx, STUB_ENTRY_ORDER(%rsi)
	movq	STUB_FAST_ENTRY(%rax), %rdx
	movq	%rdx, (%rsi)
	movq	STUB_TIME(%rcx), %rdx
	movq	%rdx, STUB_ENTRY_TIME(%rsi)
	movq	48(%rsp), %rdx
	movq	%rdx, STUB_ENTRY_CALLER(%rsi)
	/* There is room for all, and what is too much is written over. */
	movq	%rdi, STUB_ENTRY_ARGS(%rsi)
	movq	8(%rsp), %rdx
	movq	%rdx, STUB_ENTRY_ARGS+8(%rsi)
	cmpl	$0, STUB_FAST_MORE(%rax)
	jne	.Lfast_more
.Lfast_end:
	movq	%rax, %rdx
	movq	%r8, %rax
	addq	STUB_FAST_TOTAL(%rdx), %r8
	cmpxchgq %r8, STUB_RING_HEAD(%rcx)
	movq	$0, STUB_STATE(%rcx)
	jne	.Lfast_lost
.Lfast_return:
	cmpl	$0, STUB_FAST_SPECIAL(%rdx)
	jne	.Lfast_special
.Lfast_return_rax:
	movq	STUB_FAST_VALUE(%rdx), %rax
	.cfi_remember_state
	popq	%r8
	.cfi_adjust_cfa_offset -8
	popq	%rsi
	.cfi_adjust_cfa_offset -8
	popq	%rdx
	.cfi_adjust_cfa_offset -8
	popq	%rcx
	.cfi_adjust_cfa_offset -8
	leaq	16(%rsp), %rsp
	.cfi_adjust_cfa_offset -16
	ret
	.cfi_restore_state

.Lfast_special:
	testl	$STUB_FAST_SETS_ERRNO, STUB_FAST_SPECIAL(%rdx)
	jz	1f
	movq	STUB_FAST_ERRNO_OFFSET(%rdx), %rcx
	movl	STUB_FAST_ERRNO(%rdx), %eax
	movl	%eax, %fs:(%rcx)
1:	testl	$STUB_FAST_XMM+STUB_FAST_VOID, STUB_FAST_SPECIAL(%rdx)
	jz	.Lfast_return_rax
	testl	$STUB_FAST_VOID, STUB_FAST_SPECIAL(%rdx)
	jnz	2f
	movq	STUB_FAST_VALUE(%rdx), %xmm0
2:	.cfi_remember_state
	popq	%r8
	.cfi_adjust_cfa_offset -8
	popq	%rsi
	.cfi_adjust_cfa_offset -8
	popq	%rdx
	.cfi_adjust_cfa_offset -8
	popq	%rcx
	.cfi_adjust_cfa_offset -8
	popq	%rax
	.cfi_adjust_cfa_offset -8
	leaq	8(%rsp), %rsp
	.cfi_adjust_cfa_offset -8
	ret
	.cfi_restore_state

	/* In a call that is open, if it has not been left by longjmp. */
.Lfast_within:
	movl	STUB_OPEN_LAST(%rcx), %edx
	cmpl	$STUB_OPEN_CALL, STUB_OPEN_AREA+STUB_OPEN_STATE(%rcx,%rdx)
	jne	.Lnot_fast
	leaq	32(%rsp), %rsi		/* where this call's frame would be */
	cmpq	%rsi, STUB_OPEN_AREA+STUB_OPEN_FRAME(%rcx,%rdx)
	jbe	.Lnot_fast
	jmp	.Lfast_alone
.Lfast_depth:
	pushq	%rdi
	.cfi_adjust_cfa_offset 8
	movl	STUB_OPEN_LAST(%rcx), %edi
	movl	STUB_OPEN_AREA+STUB_OPEN_DEPTH(%rcx,%rdi), %edi
	incq	%rdi
	shlq	$STUB_ORDER_BITS, %rdi
	orq	%rdi, %rdx
	popq	%rdi
	.cfi_adjust_cfa_offset -8
	jmp	.Lfast_order

	/* There is no room, or no time that is of now: the processor's, if it
	 * has one.  A tick of 0 is nobody's, and kept as what never comes. */
.Lfast_clock:
	cmpq	STUB_ROOM_UP_TO(%rcx), %rsi
	ja	.Lno_room
	movq	agent_shared(%rip), %rdx
	cmpl	$0, STUB_CLOCK(%rdx)
	je	.Lno_room
	pushq	%rax
	.cfi_adjust_cfa_offset 8
	movl	STUB_CLOCK(%rdx), %eax
	addq	%rax, %rdx
	pushq	%rdx
	.cfi_adjust_cfa_offset 8
	movl	STUB_NOW_TICK(%r8), %edx
	cmpl	$1, %edx
	sbbl	%eax, %eax
	orl	%eax, %edx
	movl	%edx, STUB_TICK(%rcx)
7:	rdtsc
	/* Where that is forbidden (inside.h), C has another clock. */
	.pushsection .text.agent_fault, "ax", @progbits
9:	movl	$-1, STUB_TICK(%rcx)
	leaq	16(%rsp), %rsp
	jmp	.Lno_room
	.popsection
	.pushsection ct_faults, "a", @progbits
	.balign	4
	.long	7b - ., 9b - .
	.popsection
	shlq	$32, %rdx
	orq	%rdx, %rax
	movq	(%rsp), %rdx
	subq	STUB_CLOCK_TSC(%rdx), %rax
	jns	1f
	xorl	%eax, %eax
1:	mulq	STUB_CLOCK_MULT(%rdx)
	shrdq	$32, %rdx, %rax
	popq	%rdx
	.cfi_adjust_cfa_offset -8
	addq	STUB_CLOCK_NS(%rdx), %rax
	movq	%rax, STUB_TIME(%rcx)
	movq	STUB_ROOM_UP_TO(%rcx), %rax
	leaq	STUB_FAST_FRESH(%rsi), %rdx
	cmpq	%rax, %rdx
	cmovaq	%rax, %rdx
	movq	%rdx, STUB_FRESH_UP_TO(%rcx)
	popq	%rax
	.cfi_adjust_cfa_offset -8
	jmp	.Lfast_timed

.Lfast_more:
	cmpl	$0, STUB_FAST_ANY(%rax)
	jne	.Lfast_any
	movq	16(%rsp), %rdx
	movq	%rdx, STUB_ENTRY_ARGS+16(%rsi)
	movq	24(%rsp), %rdx
	movq	%rdx, STUB_ENTRY_ARGS+24(%rsi)
	movq	0(%rsp), %rdx
	movq	%rdx, STUB_ENTRY_ARGS+32(%rsi)
	movq	%r9, STUB_ENTRY_ARGS+40(%rsi)
	jmp	.Lfast_end

	/* Arguments in xmm registers: all that may be one, by its offset. */
.Lfast_any:
	pushq	%r9
	.cfi_adjust_cfa_offset 8
	pushq	%rdi
	.cfi_adjust_cfa_offset 8
	subq	$64, %rsp
	.cfi_adjust_cfa_offset 64
	movsd	%xmm0, 0(%rsp)
	movsd	%xmm1, 8(%rsp)
	movsd	%xmm2, 16(%rsp)
	movsd	%xmm3, 24(%rsp)
	movsd	%xmm4, 32(%rsp)
	movsd	%xmm5, 40(%rsp)
	movsd	%xmm6, 48(%rsp)
	movsd	%xmm7, 56(%rsp)
	movl	STUB_FAST_ANY(%rax), %edi	/* how many */
3:	decl	%edi
	movzbl	STUB_FAST_FROM(%rax,%rdi), %edx
	movq	(%rsp,%rdx), %rdx
	movq	%rdx, STUB_ENTRY_ARGS(%rsi,%rdi,8)
	jnz	3b
	addq	$64, %rsp
	.cfi_adjust_cfa_offset -64
	popq	%rdi
	.cfi_adjust_cfa_offset -8
	popq	%r9
	.cfi_adjust_cfa_offset -8
	jmp	.Lfast_end

.Lno_room:
	movq	$0, STUB_STATE(%rcx)
.Lnot_fast:
	.cfi_remember_state
	popq	%r8
	.cfi_adjust_cfa_offset -8
	popq	%rsi
	.cfi_adjust_cfa_offset -8
	popq	%rdx
	.cfi_adjust_cfa_offset -8
	popq	%rcx
	.cfi_adjust_cfa_offset -8
	popq	%rax
	.cfi_adjust_cfa_offset -8
	jmp	.Lslow
	.cfi_restore_state

	/* A handler has written here after all: see write.c. */
.Lfast_lost:
	lock incq STUB_RING_LOST(%rcx)
	jmp	.Lfast_return
	.cfi_endproc
	.size	ctester_agent_enter, .-ctester_agent_enter

/*
 * agent_on_stack(thread, regs, frame, level, function, top): the same on
 * another stack.
 */
	.globl	agent_on_stack
	.hidden	agent_on_stack
	.type	agent_on_stack, @function
	.p2align 4
agent_on_stack:
	.cfi_startproc
	pushq	%rbp
	.cfi_def_cfa_offset 16
	.cfi_offset %rbp, -16
	movq	%rsp, %rbp
	.cfi_def_cfa_register %rbp
	movq	%r9, %rsp
	call	*%r8
	leave
	.cfi_def_cfa %rsp, 8
	ret
	.cfi_endproc
	.size	agent_on_stack, .-agent_on_stack

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

.Lend:

/* DWARF 4 (7.5): a unit that has these lines and nothing else. */
	.section .debug_line,"",@progbits
.Llines:
	.section .debug_abbrev,"",@progbits
.Labbreviations:
	.uleb128 1
	.uleb128 0x11		/* DW_TAG_compile_unit */
	.byte	0		/* without children */
	.uleb128 0x10, 0x17	/* DW_AT_stmt_list, DW_FORM_sec_offset */
	.uleb128 0x03, 0x08	/* DW_AT_name, DW_FORM_string */
	.uleb128 0x13, 0x05	/* DW_AT_language, DW_FORM_data2 */
	.uleb128 0x11, 0x01	/* DW_AT_low_pc, DW_FORM_addr */
	.uleb128 0x12, 0x07	/* DW_AT_high_pc, DW_FORM_data8 */
	.uleb128 0, 0
	.byte	0
	.section .debug_info,"",@progbits
	.long	2f-1f
1:	.2byte	4
	.long	.Labbreviations
	.byte	8
	.uleb128 1
	.long	.Llines
	.asciz	"libcore/agent/enter.S"
	.2byte	0x8001		/* DW_LANG_Mips_Assembler */
	.quad	.Lbegin
	.quad	.Lend-.Lbegin
2:

	.section .note.GNU-stack,"",@progbits
