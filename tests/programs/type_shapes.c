/* SPDX-License-Identifier: MIT */
/* One variable for each way that C spells a type; see type_shapes.h. */
#define TYPE_SHAPES_HIDE
#include "type_shapes.h"

enum colour v_colour = BLUE;
enum flags v_flags = FLAG_A;
enum below v_below = BELOW;
enum lowest v_lowest = LOWEST;
enum wide v_wide = WIDE_TOP;
enum huge v_huge = HUGE_TOP;
enum tiny v_tiny = TINY_HIGH;
enum several v_several = SEVERAL_THREE;
enum {
	NAMELESS_A,
	NAMELESS_B
} v_nameless_enum;

struct shape_plain v_shape_plain;
struct shape_bits v_shape_bits;
struct shape_packed_bits v_shape_packed_bits;
struct shape_nested v_shape_nested;
struct shape_packed v_shape_packed;
struct shape_aligned v_shape_aligned;
struct shape_flexible v_shape_flexible;
struct shape_none v_shape_none;
struct shape_list v_shape_list;
struct shape_matrix v_shape_matrix;
union shape_union v_shape_union;
struct shape_empty v_shape_empty;

struct nowhere;
struct nowhere *v_nowhere;
struct hidden *v_hidden;
const union hidden_union *v_hidden_union;
typedef struct hidden hidden_t;
hidden_t *v_hidden_typedef;

typedef int number;
typedef number number_again;
typedef struct {
	int y;
} anonymous_t;
typedef int triple[3];
typedef int (*callback)(const char *, void *);
typedef int function_type(int);
typedef float vector __attribute__((vector_size(16)));

char v_char;
signed char v_signed_char;
unsigned char v_unsigned_char;
unsigned short v_unsigned_short;
unsigned long long v_unsigned_long_long;
__int128 v_int128;
unsigned __int128 v_uint128;
bool v_bool;
long double v_long_double;
float _Complex v_complex_float;
double _Complex v_complex_double;
char16_t v_char16;
const int v_const_int = 1;
volatile const int v_const_volatile = 1;
const char *v_string;
const char *const v_const_string = "x";
char *restrict v_restrict;
const char *const *restrict volatile v_all_qualifiers;
_Atomic int v_atomic;
void *v_void_pointer;
const void *v_const_void_pointer;
number_again v_number_again;
const number v_const_number = 1;
anonymous_t v_anonymous;
struct {
	int x;
} v_struct, *v_struct_pointer, v_struct_array[2];
union {
	int i;
	float f;
} v_union;
int v_matrix[5][3];
const int v_const_array[3] = {1, 2, 3};
const int v_const_matrix[2][3] = {{1}, {2}};
int (*v_array_pointer)[4];
int *v_pointer_array[4];
triple v_triple;
triple *v_triple_pointer;
int v_no_elements[0];
vector v_vector;
float __attribute__((vector_size(16))) v_raw_vector;
float __attribute__((vector_size(16))) * v_vector_pointer;
int (*v_function)(int);
int (*v_function_void)(void);
int (*v_function_open)();
int (*v_function_variadic)(const char *, ...);
int (*(*v_function_array_pointer)(void))[3];
int (*(*v_function_function)(int))(char);
void (*v_signal)(int, void (*)(int));
int (*v_functions[3])(struct shape_plain, struct shape_list *);
callback v_callback;
callback v_callbacks[2];
function_type *v_function_type;
static int v_static = 4;
_Thread_local int v_thread = 3;

/* Declared first, with less of a type. */
extern int v_late[];
int *v_late_user = v_late;
int v_late[7];

int use_hidden(void);

int variable_length(int n)
{
	int row[n];
	int(*pointer)[n] = &row;
	row[0] = n;
	return (*pointer)[0];
}

int main(void)
{
	return variable_length(v_static) + v_thread + use_hidden() != 0;
}
