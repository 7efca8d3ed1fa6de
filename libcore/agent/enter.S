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
 * Call C: \function(thread, regs, frame).  The thread's state says that its
 * ring and stack are in use, as long as they are: a signal's handler that comes
 * in between and calls a hooked function then gets others.
 */
.macro	CALL_C function
	movq	ctester_agent_thread@gottpoff(%rip), %rax
	movq	%fs:(%rax), %rdi
	testq	%rdi, %rdi
	jz	1f
	cmpq	$0, STUB_STATE(%rdi)
	jne	1f
	leaq	1(%rbp), %rax
	movq	%rax, STUB_STATE(%rdi)
	jmp	2f
1:	/* no thread yet, or in a signal's handler */
	movq	%rbp, %rdi
	call	ct_agent_choose
	testq	%rax, %rax
	jz	3f
	movq	%rax, %rdi
2:	movq	%rsp, %rsi
	movq	%rbp, %rdx
	call	\function
	movq	ctester_agent_thread@gottpoff(%rip), %rcx
	movq	%fs:(%rcx), %rcx
	movq	STUB_STATE(%rcx), %rdx
	andl	$STUB_STATE_LEVEL, %edx
	decl	%edx
	jz	4f
	movq	STUB_UNDER-8(%rcx,%rdx,8), %rdx
4:	movq	%rdx, STUB_STATE(%rcx)
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
	shlq	$6, %rax
	addq	ct_agent_hooks(%rip), %rax
	cmpl	$0, STUB_HOOK_FAST(%rax)
	jne	.Lfast
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

/*
 * struct ct_fast in rcx, the thread in r8: a call as the one before it, and
 * nothing has changed.  Few registers, no frame, no stack of its own: the
 * record is stored, and the level says that the ring is in use.
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
	movl	STUB_HOOK_FAST(%rax), %ecx
	movq	agent_region(%rip), %rsi
	leaq	(%rsi,%rcx,8), %rcx
	movq	ct_agent_live(%rip), %rdx
	cmpl	$0, (%rdx)
	je	.Lnot_fast
	movl	STUB_FAST_OPTIONS(%rcx), %r8d
	cmpl	%r8d, STUB_HOOK_FLAGS(%rax)
	jne	.Lnot_fast
	movl	STUB_FAST_TARGET(%rcx), %edx
	leaq	(%rsi,%rdx,8), %rdx
	movl	STUB_FAST_TARGET_FLAGS(%rcx), %r8d
	cmpl	%r8d, STUB_TARGET_FLAGS(%rdx)
	jne	.Lnot_fast
	movl	STUB_FAST_STANDING(%rcx), %r8d
	cmpl	%r8d, STUB_TARGET_STANDING(%rdx)
	jne	.Lnot_fast
	cmpq	$0, STUB_TARGET_FILTER_AND_MOCKS(%rdx)
	jne	.Lnot_fast
	movq	STUB_FAST_LOW(%rcx), %r8
	cmpq	%r8, STUB_TARGET_LOW(%rdx)
	jne	.Lnot_fast
	movq	48(%rsp), %r8
	subq	STUB_FAST_PROGRAM(%rcx), %r8
	cmpq	STUB_FAST_PROGRAM_SIZE(%rcx), %r8
	jae	.Lnot_fast
	testl	$STUB_HOOK_COUNTS, STUB_FAST_OPTIONS(%rcx)
	jnz	.Lfast_count
	movq	ctester_agent_thread@gottpoff(%rip), %rdx
	movq	%fs:(%rdx), %r8
	testq	%r8, %r8
	jz	.Lnot_fast
	cmpq	$0, STUB_STATE(%r8)
	jne	.Lnot_fast
	cmpl	$0, STUB_TRAP_REASON(%r8)
	jne	.Lnot_fast
	movl	STUB_OPEN_LAST(%r8), %edx
	cmpl	$-1, %edx
	jne	.Lfast_within
.Lfast_alone:
	/* From here on a handler has a ring of its own. */
	leaq	1(%rsp), %rax
	movq	%rax, STUB_STATE(%r8)
	/* Room in the ring, and before its end. */
	movq	STUB_RING_HEAD(%r8), %rdx
	movq	%rdx, -104(%rsp)	/* below all that is pushed here */
	movq	STUB_FAST_TOTAL(%rcx), %rax
	addq	%rdx, %rax
	movq	%rax, %rsi
	subq	STUB_RING_TAIL_SEEN(%r8), %rax
	cmpq	STUB_RING_SIZE(%r8), %rax
	ja	.Lno_room
	movq	STUB_RING_SIZE(%r8), %rax
	decq	%rax
	andq	%rax, %rdx
	andq	%rax, %rsi
	cmpq	%rdx, %rsi
	jb	.Lno_room
	movq	%rdx, %rsi
	addq	STUB_RING_AT(%r8), %rsi
	/* Behind the entry at rsi is the record. */
	movq	agent_region(%rip), %rdx
	movl	$1, %eax
	lock xaddq %rax, STUB_NEXT_SEQ(%rdx)
	movq	%rax, STUB_ENTRY+STUB_RECORD_SEQ(%rsi)
	testl	$STUB_HOOK_TIMELESS, STUB_FAST_OPTIONS(%rcx)
	jz	4f
	movq	STUB_TIME(%r8), %rax
	testq	%rax, %rax
	jnz	1f
4:	movq	agent_shared(%rip), %rdx
	movl	STUB_CLOCK(%rdx), %eax
	addq	%rax, %rdx
	pushq	%rdx
	.cfi_adjust_cfa_offset 8
7:	rdtsc
8:
	/* Where that is forbidden: see inside.h. */
	.pushsection .text.agent_fault, "ax", @progbits
9:	xorl	%eax, %eax
	xorl	%edx, %edx
	jmp	8b
	.popsection
	.pushsection ct_faults, "a", @progbits
	.balign	4
	.long	7b - ., 9b - .
	.popsection
	shlq	$32, %rdx
	orq	%rdx, %rax
	movq	(%rsp), %rdx
	subq	STUB_CLOCK_TSC(%rdx), %rax
	jns	5f
	xorl	%eax, %eax
5:	mulq	STUB_CLOCK_MULT(%rdx)
	shrdq	$32, %rdx, %rax
	popq	%rdx
	.cfi_adjust_cfa_offset -8
	addq	STUB_CLOCK_NS(%rdx), %rax
	movq	%rax, STUB_TIME(%r8)
1:	movq	%rax, STUB_ENTRY+STUB_RECORD_TIME(%rsi)
	movq	STUB_FAST_ENTRY(%rcx), %rax
	movq	%rax, (%rsi)
	movq	STUB_FAST_TARGET_WORD(%rcx), %rax
	movq	%rax, STUB_ENTRY+STUB_RECORD_TARGET_WORD(%rsi)
	movq	STUB_FAST_SIGNATURE_WORD(%rcx), %rax
	movq	%rax, STUB_ENTRY+STUB_RECORD_SIGNATURE_WORD(%rsi)
	movq	$0, STUB_ENTRY+STUB_RECORD_DURATION(%rsi)
	movl	STUB_PID(%r8), %eax
	movl	%eax, STUB_ENTRY+STUB_RECORD_PID(%rsi)
	movl	STUB_TID(%r8), %eax
	movl	%eax, STUB_ENTRY+STUB_RECORD_PID+4(%rsi)
	movq	48(%rsp), %rax
	movq	%rax, STUB_ENTRY+STUB_RECORD_CALLER(%rsi)
	movq	$0, STUB_ENTRY+STUB_RECORD_CHANGED(%rsi)
	movl	$-1, STUB_ENTRY+STUB_RECORD_CALLER_INDEX(%rsi)
	movq	STUB_FAST_ERRNO_OFFSET(%rcx), %rax
	movl	%fs:(%rax), %eax
	movl	%eax, STUB_ENTRY+STUB_RECORD_ERRNO(%rsi)
	movq	STUB_FAST_FLAGS_WORD(%rcx), %rax
	movq	%rax, STUB_ENTRY+STUB_RECORD_FLAGS_WORD(%rsi)
	movq	STUB_FAST_RESULT_WORD(%rcx), %rax
	movq	%rax, STUB_ENTRY+STUB_RECORD_RESULT_WORD(%rsi)
	movq	$0, STUB_ENTRY+STUB_RECORD_BLOBS_WORD(%rsi)
	movl	STUB_FAST_MOCK(%rcx), %eax
	movl	%eax, STUB_ENTRY+STUB_RECORD_MOCK(%rsi)
	movl	STUB_NUMBER(%r8), %eax
	movl	%eax, STUB_ENTRY+STUB_RECORD_THREAD(%rsi)
	movl	STUB_OPEN_LAST(%r8), %eax
	cmpl	$-1, %eax
	jne	.Lfast_depth
.Lfast_arguments:
	/* The result is behind them, and written last. */
	movl	STUB_FAST_ARG_COUNT(%rcx), %edx
	cmpb	$0, STUB_FAST_ANY(%rcx)
	jne	.Lfast_any
	movq	STUB_FAST_MASKS(%rcx), %rax
	andq	%rdi, %rax
	movq	%rax, STUB_ENTRY+STUB_RECORD_ARGS(%rsi)
	movq	STUB_FAST_MASKS+8(%rcx), %rax
	andq	8(%rsp), %rax
	cmpl	$2, %edx
	jb	2f
	movq	%rax, STUB_ENTRY+STUB_RECORD_ARGS+8(%rsi)
	je	2f
	movq	STUB_FAST_MASKS+16(%rcx), %rax
	andq	16(%rsp), %rax
	movq	%rax, STUB_ENTRY+STUB_RECORD_ARGS+16(%rsi)
	cmpl	$4, %edx
	jb	2f
	movq	STUB_FAST_MASKS+24(%rcx), %rax
	andq	24(%rsp), %rax
	movq	%rax, STUB_ENTRY+STUB_RECORD_ARGS+24(%rsi)
	je	2f
	movq	STUB_FAST_MASKS+32(%rcx), %rax
	andq	0(%rsp), %rax
	movq	%rax, STUB_ENTRY+STUB_RECORD_ARGS+32(%rsi)
	cmpl	$6, %edx
	jb	2f
	movq	STUB_FAST_MASKS+40(%rcx), %rax
	andq	%r9, %rax
	movq	%rax, STUB_ENTRY+STUB_RECORD_ARGS+40(%rsi)
2:
.Lfast_result:
	movl	STUB_FAST_RESULT_AT(%rcx), %edx
	movq	STUB_FAST_VALUE(%rcx), %rax
	movq	%rax, (%rsi,%rdx)
	movq	-104(%rsp), %rax
	movq	STUB_FAST_TOTAL(%rcx), %rdx
	addq	%rax, %rdx
	cmpxchgq %rdx, STUB_RING_HEAD(%r8)
	movq	$0, STUB_STATE(%r8)
	jne	.Lfast_lost
	movq	agent_shared(%rip), %rdx
	cmpl	$0, STUB_READER_WAITS(%rdx)
	jne	.Lfast_bell
.Lfast_return:
	cmpb	$0, STUB_FAST_RESULT_XMM(%rcx)
	jne	.Lfast_return_xmm
	movq	STUB_FAST_VALUE(%rcx), %rax
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

.Lfast_return_xmm:
	.cfi_remember_state
	movq	STUB_FAST_VALUE(%rcx), %xmm0
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

.Lfast_count:
	lock incq STUB_HOOK_ANSWERED(%rax)
	jmp	.Lfast_return

	/* In a call that is open, if it has not been left by longjmp. */
.Lfast_within:
	cmpl	$STUB_OPEN_CALL, STUB_OPEN_AREA+STUB_OPEN_STATE(%r8,%rdx)
	jne	.Lnot_fast
	leaq	32(%rsp), %rax		/* where this call's frame would be */
	cmpq	%rax, STUB_OPEN_AREA+STUB_OPEN_FRAME(%r8,%rdx)
	jbe	.Lnot_fast
	jmp	.Lfast_alone
.Lfast_depth:
	movl	STUB_OPEN_AREA+STUB_OPEN_DEPTH(%r8,%rax), %edx
	incl	%edx
	movl	%edx, STUB_ENTRY+STUB_RECORD_SIGNATURE_WORD+4(%rsi)
	jmp	.Lfast_arguments

	/* Arguments in xmm registers: all that may be one, by its offset. */
.Lfast_any:
	.cfi_remember_state
	testl	%edx, %edx
	jz	.Lfast_result
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
3:	decl	%edx
	movzbl	STUB_FAST_FROM(%rcx,%rdx), %eax
	movq	(%rsp,%rax), %rax
	andq	STUB_FAST_MASKS(%rcx,%rdx,8), %rax
	movq	%rax, STUB_ENTRY+STUB_RECORD_ARGS(%rsi,%rdx,8)
	testl	%edx, %edx
	jnz	3b
	addq	$72, %rsp
	.cfi_adjust_cfa_offset -72
	popq	%r9
	.cfi_adjust_cfa_offset -8
	jmp	.Lfast_result
	.cfi_restore_state

.Lno_room:
	movq	$0, STUB_STATE(%r8)
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
	lock incq STUB_RING_LOST(%r8)
	jmp	.Lfast_return

	/* The reader sleeps; C knows whether to wake it. */
.Lfast_bell:
	.cfi_remember_state
	pushq	%rbp
	.cfi_adjust_cfa_offset 8
	.cfi_rel_offset %rbp, 0
	movq	%rsp, %rbp
	.cfi_def_cfa_register %rbp
	pushq	%rdi
	pushq	%r9
	pushq	%r10
	pushq	%r11
	pushq	%rcx
	andq	$-16, %rsp
	movq	%r8, %rdi
	call	ct_agent_fast_bell
	movq	-8(%rbp), %rdi
	movq	-16(%rbp), %r9
	movq	-24(%rbp), %r10
	movq	-32(%rbp), %r11
	movq	-40(%rbp), %rcx
	movq	%rbp, %rsp
	.cfi_def_cfa_register %rsp
	popq	%rbp
	.cfi_adjust_cfa_offset -8
	.cfi_restore %rbp
	jmp	.Lfast_return
	.cfi_restore_state
	.cfi_endproc
	.size	ctester_agent_enter, .-ctester_agent_enter

/*
 * agent_on_stack(thread, regs, frame, function, top): the same on another
 * stack.
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
	movq	%r8, %rsp
	call	*%rcx
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
