# Warnings, sanitizers and the test helper, the same for every target of the project.

add_library(heapck_flags INTERFACE)
target_include_directories(heapck_flags INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_options(heapck_flags INTERFACE
    -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Wundef -Wformat=2)
# Nobody is to replace a function of ours in a shared library, so they may call each other directly.
target_compile_options(heapck_flags INTERFACE -fno-semantic-interposition)
if(NOT HEAPCK_ABSOLUTE_PATHS) # none in binaries, reports and coverage
    target_compile_options(heapck_flags INTERFACE -ffile-prefix-map=${PROJECT_SOURCE_DIR}/=)
endif()
if(HEAPCK_WERROR)
    target_compile_options(heapck_flags INTERFACE -Werror)
endif()
if(HEAPCK_SANITIZE)
    target_compile_options(heapck_flags INTERFACE
        -fsanitize=${HEAPCK_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer -g)
    target_link_options(heapck_flags INTERFACE -fsanitize=${HEAPCK_SANITIZE})
    target_compile_definitions(heapck_flags INTERFACE HEAPCK_SANITIZED=1)
endif()

# heapck_count(TARGET): a coverage build counts what runs of it. The rest of the kit is not counted:
# its programs are only linked with what writes the counts down.
if(HEAPCK_COVERAGE)
    add_library(heapck_counts STATIC ${CMAKE_CURRENT_LIST_DIR}/coverage_counts.c)
    target_link_libraries(heapck_flags INTERFACE heapck_counts)
    target_link_options(heapck_flags INTERFACE
        --coverage -Wl,--wrap=_exit,--wrap=abort,--wrap=raise,--undefined=__wrap_abort)
    target_compile_definitions(heapck_flags INTERFACE HEAPCK_COUNTED=1)
endif()
function(heapck_count target)
    if(HEAPCK_COVERAGE)
        # Not optimised, so that the branches are those of the source.
        target_compile_options(${target} PRIVATE --coverage -fprofile-update=atomic -O0)
    endif()
endfunction()

# Faults belong to libwinmem's handler, and targets live in forked children that start threads.
set(HEAPCK_TEST_ENVIRONMENT
    "ASAN_OPTIONS=handle_segv=0:handle_sigbus=0:allow_user_segv_handler=1:detect_leaks=1"
    "TSAN_OPTIONS=die_after_fork=0:halt_on_error=1:handle_segv=0"
    "UBSAN_OPTIONS=print_stacktrace=1")

# heapck_add_test(NAME SOURCES file... [LIBS library...] [LABELS label...]): one cmocka program.
function(heapck_add_test name)
    cmake_parse_arguments(TEST "" "" "SOURCES;LIBS;LABELS" ${ARGN})
    if(NOT TEST_SOURCES)
        set(TEST_SOURCES ${TEST_UNPARSED_ARGUMENTS})
    endif()
    add_executable(${name} ${TEST_SOURCES})
    target_link_libraries(${name} PRIVATE ${TEST_LIBS} heapck_flags cmocka)
    add_test(NAME ${name} COMMAND ${name})
    set_tests_properties(${name} PROPERTIES
        TIMEOUT 600
        SKIP_RETURN_CODE 77
        ENVIRONMENT "${HEAPCK_TEST_ENVIRONMENT}")
    if(TEST_LABELS)
        set_tests_properties(${name} PROPERTIES LABELS "${TEST_LABELS}")
    endif()
endfunction()
