# What makes a program harder to exploit, in every type of build, not only in those that are given away.
include(CheckCXXCompilerFlag)

# GCC and Clang know some of these for some processors only.
foreach(flag IN ITEMS -fstack-protector-strong -fstack-clash-protection -fcf-protection=full -mbranch-protection=standard)
    string(MAKE_C_IDENTIFIER "PT_HAS${flag}" known)
    check_cxx_compiler_flag("-Werror ${flag}" ${known})
    if(${known})
        target_compile_options(pt_build INTERFACE ${flag})
    endif()
endforeach()

# Checks of lengths and of the library's containers. The former takes an optimising compiler, and
# sanitizers check the same more closely. 3 also checks sizes that are only known at run time.
target_compile_definitions(pt_build INTERFACE _GLIBCXX_ASSERTIONS)
if(NOT PT_SANITIZE)
    set(level 2)
    if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_GREATER_EQUAL 12)
        set(level 3)
    endif()
    target_compile_options(pt_build INTERFACE
        $<$<NOT:$<CONFIG:Debug>>:-U_FORTIFY_SOURCE> $<$<NOT:$<CONFIG:Debug>>:-D_FORTIFY_SOURCE=${level}>)
endif()

# Addresses that differ in each run, no symbol that others could put in place of ours, and tables of
# addresses that are read-only once the program runs. -fPIE also where the compiler does not do that
# by itself (-static-pie).
target_compile_options(pt_build INTERFACE -fPIE -fvisibility=hidden -fvisibility-inlines-hidden)
target_link_options(pt_build INTERFACE LINKER:-z,relro,-z,now,-z,noexecstack)
if(NOT PT_STATIC)
    target_link_options(pt_build INTERFACE $<$<STREQUAL:$<TARGET_PROPERTY:TYPE>,EXECUTABLE>:-pie>)
endif()
