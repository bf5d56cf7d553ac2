# What `cmake --install` gives: libwinmem with its headers, a CMake package and a pkg-config file, and
# where the kit is built heapck with its corpus and, if it was built too, the agent for Windows.
#
# Every path inside is relative, so the installed tree may be moved as a whole.

install(TARGETS winmem_static winmem_shared EXPORT winmem
        ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
        LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
        INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/winmem)
install(FILES impl/include/winmem.h DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/winmem)
install(FILES spec/win32.h DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/winmem/spec)

# find_package(winmem): the targets winmem::winmem_shared and winmem::winmem_static.
include(CMakePackageConfigHelpers)
set(winmem_package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/winmem)
write_basic_package_version_file(${CMAKE_CURRENT_BINARY_DIR}/winmem-config-version.cmake
                                 COMPATIBILITY SameMinorVersion)
install(EXPORT winmem FILE winmem-config.cmake NAMESPACE winmem:: DESTINATION ${winmem_package_dir})
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/winmem-config-version.cmake
        DESTINATION ${winmem_package_dir})

# pkg-config winmem. An absolute folder for libraries or headers is taken as it is.
cmake_path(RELATIVE_PATH CMAKE_INSTALL_FULL_LIBDIR BASE_DIRECTORY ${CMAKE_INSTALL_PREFIX}
           OUTPUT_VARIABLE winmem_libdir)
cmake_path(RELATIVE_PATH CMAKE_INSTALL_PREFIX
           BASE_DIRECTORY ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig OUTPUT_VARIABLE winmem_prefix)
cmake_path(RELATIVE_PATH CMAKE_INSTALL_FULL_INCLUDEDIR BASE_DIRECTORY ${CMAKE_INSTALL_PREFIX}
           OUTPUT_VARIABLE winmem_includedir)
configure_file(cmake/winmem.pc.in ${CMAKE_CURRENT_BINARY_DIR}/winmem.pc @ONLY)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/winmem.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

if(HEAPCK_BUILD_KIT)
    install(TARGETS heapck RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
    install(DIRECTORY corpus/ DESTINATION ${CMAKE_INSTALL_DATADIR}/heapck/corpus)
    # Asked when it is installed: the agent is built by another preset, before or after this one.
    install(CODE "
        set(agent \"${HEAPCK_WINDOWS_AGENT}\")
        if(EXISTS \"\${agent}\")
            file(INSTALL \"\${agent}\" TYPE PROGRAM
                 DESTINATION \"\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_LIBEXECDIR}/heapck\")
        else()
            message(STATUS \"Not built, so not installed: \${agent}\")
        endif()")
endif()
