# For plugins, in this project and with find_package(Outrigger):
#
#   outrigger_add_plugin(NAME SOURCES ... [LIBS ...])   a plugin's shared library, with its manifest.json beside it
#   outrigger_add_test(NAME SOURCES ... [LIBS ...])     a GoogleTest program with the testkit, as the test NAME
#
# A plugin's id and version are read from manifest.json in the current folder, so that code and manifest cannot
# disagree. It exports exactly one symbol and links against nothing of Outrigger but the SDK's headers. LIBS are
# third-party libraries: static ones, linked in and hidden. A shared one is refused, since the plugin would depend on
# what another machine has installed and share it with every other plugin.
#
# The library is build/plugins/ID/ID.so. Where OUTRIGGER_INSTALL_PLUGINS is on, it is installed as well.
include_guard(GLOBAL)

function(_outrigger_refuse_shared NAME LIB WHAT)
  message(FATAL_ERROR "outrigger_add_plugin(${NAME}): ${LIB} is ${WHAT}. A plugin brings its libraries with it: "
                      "declare the static library instead (its lib*.a, or the package's static target).")
endfunction()

# What is to be linked for one item of LIBS, in RESULT; ends the configuration when it is a shared library.
function(_outrigger_static NAME LIB RESULT)
  set(${RESULT} ${LIB} PARENT_SCOPE)
  if(LIB MATCHES "^\\$<LINK_ONLY:(.+)>$")
    set(LIB ${CMAKE_MATCH_1})
  endif()
  if(TARGET ${LIB})
    get_target_property(aliased ${LIB} ALIASED_TARGET)
    if(aliased)
      set(LIB ${aliased})
    endif()
    get_target_property(type ${LIB} TYPE)
    if(type STREQUAL "SHARED_LIBRARY")
      _outrigger_refuse_shared(${NAME} ${LIB} "a shared library")
    elseif(type STREQUAL "UNKNOWN_LIBRARY")
      get_target_property(configurations ${LIB} IMPORTED_CONFIGURATIONS)
      set(properties IMPORTED_LOCATION)
      foreach(configuration ${configurations})
        list(APPEND properties IMPORTED_LOCATION_${configuration})
      endforeach()
      foreach(property ${properties})
        get_target_property(location ${LIB} ${property})
        if(location MATCHES "\\.so(\\.[0-9.]+)?$")
          _outrigger_refuse_shared(${NAME} ${LIB} "the shared library ${location}")
        endif()
      endforeach()
    endif()
    get_property(seen GLOBAL PROPERTY _outrigger_seen_${LIB})
    get_target_property(further ${LIB} INTERFACE_LINK_LIBRARIES)
    if(further AND NOT seen)
      set_property(GLOBAL PROPERTY _outrigger_seen_${LIB} ON)
      foreach(one ${further})
        if(TARGET ${one} OR one MATCHES "^\\$<LINK_ONLY:" OR one MATCHES "\\.so(\\.[0-9.]+)?$")
          _outrigger_static(${NAME} "${one}" ignored)
        endif()
      endforeach()
    endif()
  elseif(LIB MATCHES "\\.so(\\.[0-9.]+)?$")
    _outrigger_refuse_shared(${NAME} ${LIB} "a shared library")
  elseif(NOT LIB MATCHES "^-[^l]" AND LIB MATCHES "^(-l)?([A-Za-z0-9_+.-]+)$")
    # A bare name, for which the linker would take a shared library before a static one.
    set(bare ${CMAKE_MATCH_2})
    if(NOT bare MATCHES "^(c|m|dl|rt|pthread)$")
      find_library(OUTRIGGER_STATIC_${bare} NAMES lib${bare}.a)
      if(NOT OUTRIGGER_STATIC_${bare})
        _outrigger_refuse_shared(${NAME} ${LIB} "not to be found as lib${bare}.a")
      endif()
      set(${RESULT} ${OUTRIGGER_STATIC_${bare}} PARENT_SCOPE)
    endif()
  endif()
endfunction()

# Reads what the manifest in the current folder says into plugin_id and plugin_version.
macro(_outrigger_read_manifest CALL)
  set(plugin_manifest ${CMAKE_CURRENT_SOURCE_DIR}/manifest.json)
  if(NOT EXISTS ${plugin_manifest})
    message(FATAL_ERROR "${CALL}: ${plugin_manifest} is missing; it holds the plugin's id and version")
  endif()
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${plugin_manifest})
  file(READ ${plugin_manifest} plugin_text)
  string(JSON plugin_id GET "${plugin_text}" id)
  string(JSON plugin_version GET "${plugin_text}" version)
endmacro()

function(outrigger_add_plugin NAME)
  cmake_parse_arguments(A "" "" "SOURCES;LIBS" ${ARGN})
  _outrigger_read_manifest("outrigger_add_plugin(${NAME})")
  set(libraries)
  foreach(library ${A_LIBS})
    _outrigger_static(${NAME} ${library} item)
    list(APPEND libraries ${item})
  endforeach()

  set(target plugin_${NAME})
  set(map ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/plugin.map)
  add_library(${target} MODULE ${A_SOURCES})
  target_link_libraries(${target} PRIVATE Outrigger::sdk ${libraries})
  target_compile_definitions(${target} PRIVATE OUTRIGGER_PLUGIN_ID="${plugin_id}"
                                               OUTRIGGER_PLUGIN_VERSION="${plugin_version}")
  set_target_properties(${target} PROPERTIES
    PREFIX "" OUTPUT_NAME ${plugin_id}
    C_VISIBILITY_PRESET hidden CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON
    LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/plugins/${plugin_id}
    LINK_DEPENDS "${map};${plugin_manifest}")
  # One symbol goes out, nothing undefined stays in, and no static is shared with another plugin's copy of the SDK.
  target_link_options(${target} PRIVATE
    "LINKER:--version-script=${map}" LINKER:-z,defs LINKER:--exclude-libs,ALL)
  target_compile_options(${target} PRIVATE $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-fno-gnu-unique>)
  if(NOT CMAKE_CXX_FLAGS MATCHES "-fsanitize")
    target_link_options(${target} PRIVATE $<$<LINK_LANGUAGE:CXX>:-static-libstdc++> -static-libgcc)
  endif()
  # A manifest that has changed counts as a reason to link, or the old one would stay beside the library.
  add_custom_command(TARGET ${target} POST_BUILD
    COMMAND ${CMAKE_COMMAND} -E copy_if_different ${plugin_manifest} $<TARGET_FILE_DIR:${target}>/manifest.json)
  if(OUTRIGGER_INSTALL_PLUGINS)
    install(TARGETS ${target} LIBRARY DESTINATION lib/outrigger/plugins/${plugin_id})
    install(FILES ${plugin_manifest} DESTINATION lib/outrigger/plugins/${plugin_id})
  endif()
endfunction()

# A macro, since enable_testing() means the folder that it is called in. The test may load OUTRIGGER_PLUGIN_LIBRARY, or
# include the plugin's sources.
macro(outrigger_add_test NAME)
  enable_testing()
  _outrigger_add_test(${NAME} ${ARGN})
endmacro()

function(_outrigger_add_test NAME)
  cmake_parse_arguments(A "" "" "SOURCES;LIBS" ${ARGN})
  find_package(GTest QUIET)
  if(NOT TARGET GTest::gtest_main)
    message(FATAL_ERROR "outrigger_add_test(${NAME}): GoogleTest is missing; install it (Debian: libgtest-dev)")
  endif()
  _outrigger_read_manifest("outrigger_add_test(${NAME})")
  add_executable(test_${NAME} ${A_SOURCES})
  target_link_libraries(test_${NAME} PRIVATE Outrigger::testkit GTest::gtest_main ${A_LIBS})
  target_compile_definitions(test_${NAME} PRIVATE OUTRIGGER_PLUGIN_ID="${plugin_id}"
                                                  OUTRIGGER_PLUGIN_VERSION="${plugin_version}")
  if(TARGET plugin_${NAME})
    target_compile_definitions(test_${NAME} PRIVATE OUTRIGGER_PLUGIN_LIBRARY="$<TARGET_FILE:plugin_${NAME}>")
    add_dependencies(test_${NAME} plugin_${NAME})
  endif()
  add_test(NAME ${NAME} COMMAND test_${NAME})
endfunction()
