/* Memory faults: signals that become exceptions.
 *
 * A memory fault arrives as a signal of the faulting thread. It becomes an EXCEPTION_RECORD that
 * the handlers see in order; EXCEPTION_CONTINUE_EXECUTION returns from the signal, which repeats
 * the faulting instruction. SA_NODEFER keeps the signal open for the next fault when a handler
 * leaves by longjmp. */
#define _GNU_SOURCE /* REG_ERR: what kind of access faulted */

#include "tests/mutants/toy_virtual.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <ucontext.h>

#define SYSTEM_PARTITION ((uintptr_t)0xFFFF800000000000)

struct fault {
    uintptr_t address;
    ULONG_PTR kind; /* 0 read, 1 write, 8 execute: the words of the exception record */
    bool is_mapped;
    bool is_alarm; /* of a guard page */
};

static ULONG_PTR fault_kind(const ucontext_t *context)
{
#ifdef __x86_64__
    unsigned long long cause = (unsigned long long)context->uc_mcontext.gregs[REG_ERR];
    if (cause & 16) {
        return EXCEPTION_EXECUTE_FAULT;
    }
    return cause & 2 ? EXCEPTION_WRITE_FAULT : EXCEPTION_READ_FAULT;
#else
    (void)context; /* elsewhere the toy does not tell reads from writes */
    return EXCEPTION_READ_FAULT;
#endif
}

/* An access to an address that no page can have comes without one. */
static uintptr_t fault_address(const siginfo_t *information)
{
    if (information->si_code == SI_KERNEL) {
        return mutant(noncanonical_access_names_null) ? 0 : UINTPTR_MAX;
    }
    return to_address(information->si_addr);
}

static DWORD code_of(const struct fault *fault)
{
    if (fault->is_alarm && !mutant(guard_page_raises_an_access_violation)) {
        return STATUS_GUARD_PAGE_VIOLATION;
    }
    return mutant(access_violation_has_the_code_of_a_page_error) ? STATUS_IN_PAGE_ERROR
                                                                 : STATUS_ACCESS_VIOLATION;
}

static ULONG_PTR kind_of(const struct fault *fault)
{
    bool grants_reading = fault->is_mapped && page_grants_reading(fault->address);
    if (fault->kind == EXCEPTION_EXECUTE_FAULT &&
        (grants_reading ? mutant(access_violation_says_execution_is_a_read)
                        : mutant(execution_of_an_inaccessible_page_is_a_read))) {
        return EXCEPTION_READ_FAULT;
    }
    if (fault->kind == EXCEPTION_WRITE_FAULT && mutant(access_violation_says_write_is_a_read)) {
        return EXCEPTION_READ_FAULT;
    }
    if (fault->kind == EXCEPTION_READ_FAULT && mutant(access_violation_says_read_is_a_write)) {
        return EXCEPTION_WRITE_FAULT;
    }
    return fault->kind;
}

static void fill_record(const struct fault *fault, EXCEPTION_RECORD *record)
{
    memset(record, 0, sizeof *record);
    record->ExceptionCode = code_of(fault);
    record->NumberParameters = 2;
    record->ExceptionInformation[0] = kind_of(fault);
    record->ExceptionInformation[1] = fault->address;
    if (fault->is_alarm) {
        record->NumberParameters = mutant(guard_alarm_has_no_parameters) ? 0 : 2;
        return;
    }
    if (mutant(access_violation_names_another_address)) {
        record->ExceptionInformation[1] ^= 8;
    }
    if (mutant(access_violation_has_three_parameters)) {
        record->NumberParameters = 3;
    }
    if (mutant(access_violation_is_noncontinuable)) {
        record->ExceptionFlags = EXCEPTION_NONCONTINUABLE;
    }
}

/* Pages that some mutants open at the first access only. True where the access can be repeated. */
static bool opens(const struct fault *fault)
{
    if (mutant(first_access_changes_the_last_error) && open_page(fault->address)) {
        SetLastError(ERROR_BUSY);
        return true;
    }
    return mutant(execute_page_cannot_be_read) && fault->kind == EXCEPTION_EXECUTE_FAULT &&
           open_page(fault->address);
}

#ifdef __x86_64__
/* The length of a move or comparison between memory and a register or constant, which is all that
 * reads and writes single bytes and words. */
static unsigned instruction_length(const unsigned char *code)
{
    unsigned length = 0;
    while (code[length] == 0x66 || code[length] == 0xF2 || code[length] == 0xF3) {
        length++; /* operand size */
    }
    length += (code[length] & 0xF0) == 0x40; /* REX */
    bool has_constant = code[length] == 0x80 || code[length] == 0xC6;
    length += code[length] == 0x0F ? 2 : 1;
    unsigned mode = code[length] >> 6;
    unsigned base = code[length] & 7u;
    length++;
    if (base == 4) {
        base = code[length] & 7u; /* of a scaled index */
        length++;
    }
    if (mode == 1) {
        length += 1;
    } else if (mode == 2 || base == 5) {
        length += 4; /* a distance */
    }
    return length + has_constant;
}

/* Goes on behind the instruction that faulted, as if it had been carried out. */
static void skip_instruction(ucontext_t *context)
{
    greg_t *next = &context->uc_mcontext.gregs[REG_RIP];
    *next += instruction_length(to_pointer((uintptr_t)*next));
}
#else
static void skip_instruction(ucontext_t *context)
{
    (void)context;
}
#endif

/* Accesses that mutants let pass where no page can be. */
static bool is_let_pass(const struct fault *fault)
{
    bool is_system = fault->address >= SYSTEM_PARTITION && fault->address != UINTPTR_MAX;
    return fault->kind != EXCEPTION_EXECUTE_FAULT &&
           ((mutant(null_partition_is_accessible) && fault->address < TOY_LOWEST) ||
            (mutant(system_partition_is_accessible) && is_system));
}

static void write_anyway(const struct fault *fault)
{
    bool writes = fault->is_alarm ? mutant(guarded_write_happens_anyway)
                                  : mutant(refused_write_happens_anyway);
    if (writes && fault->kind == EXCEPTION_WRITE_FAULT) {
        spoil_page(fault->address);
    }
}

static enum search_end deliver(const struct fault *fault, void *context)
{
    EXCEPTION_RECORD record;
    fill_record(fault, &record);
    enum search_end end = toy_dispatch(&record, context, ORIGIN_FAULT);
    if (end == SOMEBODY_CONTINUES && fault->is_alarm && mutant(continued_alarm_is_raised_again)) {
        record.ExceptionCode = STATUS_ACCESS_VIOLATION;
        end = toy_dispatch(&record, context, ORIGIN_SECOND);
    }
    return end;
}

static void on_fault(int number, siginfo_t *information, void *context)
{
    int saved_errno = errno;
    struct fault fault = {0};
    fault.address = fault_address(information);
    fault.kind = fault_kind(context);
    fault.is_mapped = information->si_code == SEGV_ACCERR;
    if (is_let_pass(&fault)) {
        skip_instruction(context);
    } else if (!opens(&fault) && !(fault.kind == EXCEPTION_WRITE_FAULT &&
                                   (copy_page(fault.address) || note_written(fault.address)))) {
        fault.is_alarm = consume_guard(fault.address);
        write_anyway(&fault);
        if (deliver(&fault, context) == NOBODY_CONTINUES) {
            (void)signal(number, SIG_DFL); /* repeating the access now ends the process */
        }
    }
    errno = saved_errno;
}

void toy_take_signals(void)
{
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = on_fault;
    action.sa_flags = SA_SIGINFO | SA_NODEFER;
    (void)sigemptyset(&action.sa_mask);
    (void)sigaction(SIGSEGV, &action, NULL);
    (void)sigaction(SIGBUS, &action, NULL);
}
