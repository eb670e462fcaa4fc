# Compiles NAME.bpf.c to BPF and puts it, as a C header, where the target includes it from:
# pt_add_bpf_skeleton(target NAME) makes "NAME.skel.h".
function(pt_add_bpf_skeleton target name)
    set(source ${CMAKE_CURRENT_SOURCE_DIR}/${name}.bpf.c)
    set(folder ${CMAKE_CURRENT_BINARY_DIR}/bpf)
    set(object ${folder}/${name}.bpf.o)
    set(skeleton ${folder}/${name}.skel.h)
    file(MAKE_DIRECTORY ${folder})
    # <linux/types.h> includes <asm/types.h>, which Debian keeps in the architecture's own folder.
    set(architecture)
    if(CMAKE_LIBRARY_ARCHITECTURE)
        set(architecture -idirafter /usr/include/${CMAKE_LIBRARY_ARCHITECTURE})
    endif()
    # -g: the kernel and libbpf learn the maps' types from the debug information. It names files as seen
    # from the top of the source, wherever that is.
    add_custom_command(OUTPUT ${object}
        COMMAND ${PT_CLANG} -target bpf -O2 -g -Wall -Wextra -Werror ${architecture}
            -ffile-prefix-map=${PROJECT_SOURCE_DIR}=.
            -I ${PT_LIBBPF_INCLUDE_DIR} -MD -MF ${object}.d -c ${source} -o ${object}
        DEPENDS ${source}
        DEPFILE ${object}.d
        COMMENT "Compiling ${name}.bpf.c to BPF"
        VERBATIM)
    add_custom_command(OUTPUT ${skeleton}
        COMMAND sh -c "\"$1\" gen skeleton \"$2\" name \"$3\" > \"$4\"" -
            ${PT_BPFTOOL} ${object} ${name}_bpf ${skeleton}
        DEPENDS ${object}
        COMMENT "Generating ${name}.skel.h"
        VERBATIM)
    target_sources(${target} PRIVATE ${skeleton})
    target_include_directories(${target} SYSTEM PRIVATE ${folder} ${PT_LIBBPF_INCLUDE_DIR})
    target_link_libraries(${target} PRIVATE ${PT_LIBBPF})
    if(PT_STATIC)
        target_link_libraries(${target} PRIVATE elf z)  # what a shared libbpf brings along
    endif()
endfunction()
