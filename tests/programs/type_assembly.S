/* SPDX-License-Identifier: MIT */
/* Assembled with -g: the assembler describes functions that have no types. */
	.text
	.globl	bare
	.type	bare, @function
bare:
	leal	(%rdi,%rsi), %eax
	ret
	.size	bare, . - bare

	.globl	main
	.type	main, @function
main:
	xorl	%eax, %eax
	ret
	.size	main, . - main

	.section .note.GNU-stack, "", @progbits
