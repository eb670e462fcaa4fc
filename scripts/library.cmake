# pt_add_library(FOLDER SOURCES ... USES FOLDER... [LIBRARIES TARGET...])
#
# Makes the library of a folder of ours: client/probe is the target pt_client_probe. It may include its
# own headers and those of the folders that USES names; any other include of ours fails the build, also
# where nothing would have to be linked. LIBRARIES are those from the distribution.
set(pt_check_includes ${CMAKE_CURRENT_LIST_DIR}/check_includes.cmake)

function(pt_add_library folder)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;USES;LIBRARIES")
    string(REPLACE "/" "_" target pt_${folder})
    add_library(${target} STATIC ${arg_SOURCES})
    set(libraries ${arg_LIBRARIES})
    foreach(used IN LISTS arg_USES)
        string(REPLACE "/" "_" library pt_${used})
        list(APPEND libraries ${library})
    endforeach()
    target_link_libraries(${target} PUBLIC pt_build ${libraries})
    pt_check_folder(${target} ${folder} USES ${arg_USES})
endfunction()

# pt_check_folder(TARGET FOLDER USES FOLDER...): the check of includes alone.
function(pt_check_folder target folder)
    cmake_parse_arguments(PARSE_ARGV 2 arg "" "" "USES")
    file(GLOB files CONFIGURE_DEPENDS *.c *.cpp *.hpp)
    set(checked ${CMAKE_CURRENT_BINARY_DIR}/includes-checked)
    add_custom_command(OUTPUT ${checked}
        COMMAND ${CMAKE_COMMAND} -DROOT=${PROJECT_SOURCE_DIR} -DFOLDER=${folder}
            "-DUSES=${arg_USES}" -DCHECKED=${checked} -P ${pt_check_includes}
        DEPENDS ${files} ${pt_check_includes} ${CMAKE_CURRENT_SOURCE_DIR}/CMakeLists.txt
        COMMENT "Checking what ${folder} includes"
        VERBATIM)
    add_custom_target(${target}_includes DEPENDS ${checked})
    add_dependencies(${target} ${target}_includes)
endfunction()
