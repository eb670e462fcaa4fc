# cmake -DROOT=. -DVERSION=FIXED-OR-EMPTY -DCOMMIT=FIXED-OR-EMPTY -DPROJECT_VERSION=0.1.0
#     -DOUTPUT=version.cpp -P version.cmake
# Writes common/version/version.cpp.in with the version that git describes, if that has changed:
#   0.2.0              the commit is tagged v0.2.0 (v0.2.0-rc1: 0.2.0~rc1)
#   0.2.0+3.gabc1234   three commits later
#   0.1.0+git.abc1234  there is no tag: the version of the project comes first
#   0.1.0              there is no git: the version of the project alone
# ".dirty" follows where files differ from the commit. Each is a valid Debian version.
cmake_minimum_required(VERSION 3.25)

# A source without .git may lie within another repository, which would describe itself.
set(described "")
set(commit "")
if(EXISTS ${ROOT}/.git)
    execute_process(COMMAND git -C ${ROOT} describe --tags --always --dirty --match v[0-9]*
        OUTPUT_VARIABLE described OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
    execute_process(COMMAND git -C ${ROOT} show --no-patch "--format=%h;%cs" HEAD
        OUTPUT_VARIABLE commit OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
endif()
if(described MATCHES "^v([0-9].*)$")
    set(version ${CMAKE_MATCH_1})
    string(REPLACE "-rc" "~rc" version ${version})
    string(REGEX REPLACE "-([0-9]+)-g" "+\\1.g" version ${version})
elseif(described)
    set(version ${PROJECT_VERSION}+git.${described})
else()
    set(version ${PROJECT_VERSION})
endif()
string(REPLACE "-dirty" ".dirty" version ${version})
if(VERSION)
    set(version ${VERSION})
endif()

if(commit)
    list(GET commit 1 date)
    list(GET commit 0 commit)
else()
    set(commit unknown)
    if(COMMIT)
        string(SUBSTRING ${COMMIT} 0 7 commit)
    endif()
    file(TIMESTAMP ${ROOT}/CMakeLists.txt date %Y-%m-%d UTC)
endif()
if(DEFINED ENV{SOURCE_DATE_EPOCH})
    string(TIMESTAMP date %Y-%m-%d UTC)
endif()
configure_file(${ROOT}/common/version/version.cpp.in ${OUTPUT} @ONLY)
