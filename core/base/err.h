/* err.h: one error struct, owned by the caller, set where the error is found.
 *
 * Every fallible function returns 0 or a negative amp_code and takes the error struct last (it may be NULL).
 * Nothing above the place of detection overwrites the text; cli/main.c prints it once.
 *
 *     struct amp_err err = {0};
 *     if (amp_store_open(&db, path, 0, &err) != 0) return amp_err_exit(&err);
 */
#ifndef AMP_BASE_ERR_H
#define AMP_BASE_ERR_H

#if defined(__GNUC__)
#define AMP_PRINTF(f, a) __attribute__((format(printf, f, a)))
#define AMP_CHECK __attribute__((warn_unused_result))
#else
#define AMP_PRINTF(f, a)
#define AMP_CHECK
#endif

enum amp_code {
	AMP_OK = 0,
	/* -1 to -5 are the exit codes of the command line, negated */
	AMP_EFAIL = -1,    /* failed */
	AMP_EUSAGE = -2,   /* usage or configuration: the user's file or option is wrong */
	AMP_EPARTIAL = -3, /* something was salvaged; stopped by a signal */
	AMP_EDRIFT = -4,   /* drift, blocked, not this platform's document */
	AMP_EPOLICY = -5,  /* refused by policy: robots, private address, changed lock */
	/* finer causes; all of them exit with 1 except where amp_exit_code() says otherwise */
	AMP_ENOMEM = -10,
	AMP_EIO = -11,
	AMP_EFULL = -12,    /* disk full */
	AMP_ELIMIT = -13,   /* a bound of ours was reached */
	AMP_ECORRUPT = -14, /* archive or database differs from what was written */
	AMP_EBUSY = -15,    /* locked by another process */
	AMP_ENOTFOUND = -16,
	AMP_EINTERRUPTED = -17, /* a signal asked us to stop; exits with 3 */
	AMP_EFORMAT = -18       /* bytes that are not what they should be */
};

struct amp_err {
	int code;         /* an amp_code */
	int sys;          /* errno, SQLite or curl code, 0 when there is none */
	const char *file; /* source place of detection */
	int line;
	char text[1024]; /* one sentence that names the place and what to do */
};

/* Set *err (unless NULL) and return code. Use through the macro. */
int amp_err_set_at(struct amp_err *err, int code, int sys, const char *file, int line, const char *fmt, ...) AMP_PRINTF(6, 7);

#define amp_fail(err, code, ...) amp_err_set_at((err), (code), 0, __FILE__, __LINE__, __VA_ARGS__)
/* The same with errno, and maps ENOSPC/EDQUOT to AMP_EFULL, ENOMEM to AMP_ENOMEM, ENOENT to AMP_ENOTFOUND, else AMP_EIO. */
#define amp_fail_errno(err, ...) amp_err_set_errno_at((err), __FILE__, __LINE__, __VA_ARGS__)
int amp_err_set_errno_at(struct amp_err *err, const char *file, int line, const char *fmt, ...) AMP_PRINTF(4, 5);

/* The exit code of the command line contract for an amp_code. */
int amp_exit_code(int code);

#endif
