# TM_TRY_CFLAG(FLAG): add FLAG to TM_CFLAGS when the compiler takes it.
# -Werror makes clang refuse what it would only warn about.
AC_DEFUN([TM_TRY_CFLAG], [
	AS_VAR_PUSHDEF([cached], [tm_cv_cflag_$1])
	AC_CACHE_CHECK([whether $CC takes $1], [cached], [
		tm_saved_CFLAGS=$CFLAGS
		CFLAGS="$CFLAGS -Werror $1"
		AC_COMPILE_IFELSE([AC_LANG_PROGRAM([], [])],
			[AS_VAR_SET([cached], [yes])], [AS_VAR_SET([cached], [no])])
		CFLAGS=$tm_saved_CFLAGS
	])
	AS_VAR_IF([cached], [yes], [TM_CFLAGS="$TM_CFLAGS $1"])
	AS_VAR_POPDEF([cached])
])
