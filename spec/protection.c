#include "spec/protection.h"

#include "spec/win32.h"

uint32_t hck_protection_of_view(uint32_t access)
{
    bool executes = (access & FILE_MAP_EXECUTE) != 0;
    if ((access & FILE_MAP_WRITE) != 0) {
        return executes ? PAGE_EXECUTE_READWRITE : PAGE_READWRITE;
    }
    if ((access & FILE_MAP_COPY) != 0) {
        return executes ? PAGE_EXECUTE_WRITECOPY : PAGE_WRITECOPY;
    }
    return executes ? PAGE_EXECUTE_READ : PAGE_READONLY;
}

uint32_t hck_protection_grants(uint32_t protect)
{
    const uint32_t writable = PAGE_READWRITE | PAGE_EXECUTE_READWRITE;
    const uint32_t executable = PAGE_EXECUTE_READ | PAGE_EXECUTE_READWRITE | PAGE_EXECUTE_WRITECOPY;
    return FILE_MAP_READ | FILE_MAP_COPY | ((protect & writable) != 0 ? FILE_MAP_WRITE : 0) |
           ((protect & executable) != 0 ? FILE_MAP_EXECUTE : 0);
}

bool hck_protection_copies(uint32_t protection)
{
    return (protection & (PAGE_WRITECOPY | PAGE_EXECUTE_WRITECOPY)) != 0;
}

enum { READS = 1, WRITES = 2, EXECUTES = 4 };

static unsigned rights_of(uint32_t protection)
{
    switch (protection & 0xFF) {
    case PAGE_READONLY:
        return READS;
    case PAGE_READWRITE:
    case PAGE_WRITECOPY:
        return READS | WRITES;
    case PAGE_EXECUTE:
        return EXECUTES;
    case PAGE_EXECUTE_READ:
        return READS | EXECUTES;
    case PAGE_EXECUTE_READWRITE:
    case PAGE_EXECUTE_WRITECOPY:
        return READS | WRITES | EXECUTES;
    default:
        return 0;
    }
}

bool hck_protection_is_within(uint32_t protection, uint32_t other)
{
    return (rights_of(protection) & ~rights_of(other)) == 0;
}
