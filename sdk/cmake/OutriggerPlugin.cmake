# outrigger_add_plugin(NAME SOURCES ... [LIBS ...]): a plugin's shared library, with its manifest.json beside it.
#
# Reads id and version from manifest.json in the current folder, so that code and manifest cannot disagree; exports
# exactly one symbol; links against nothing of Outrigger but the SDK. LIBS are third-party libraries, linked static
# and hidden.
include_guard(GLOBAL)

function(outrigger_add_plugin NAME)
  cmake_parse_arguments(A "" "" "SOURCES;LIBS" ${ARGN})
  set(manifest ${CMAKE_CURRENT_SOURCE_DIR}/manifest.json)
  if(NOT EXISTS ${manifest})
    message(FATAL_ERROR "outrigger_add_plugin(${NAME}): ${manifest} is missing; it holds the plugin's id and version")
  endif()
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${manifest})
  file(READ ${manifest} text)
  string(JSON id GET "${text}" id)
  string(JSON version GET "${text}" version)

  add_library(plugin_${NAME} MODULE ${A_SOURCES})
  target_link_libraries(plugin_${NAME} PRIVATE Outrigger::sdk ${A_LIBS})
  target_compile_features(plugin_${NAME} PRIVATE cxx_std_20)
  target_compile_definitions(plugin_${NAME} PRIVATE OUTRIGGER_PLUGIN_ID="${id}" OUTRIGGER_PLUGIN_VERSION="${version}")
  set_target_properties(plugin_${NAME} PROPERTIES
    PREFIX "" OUTPUT_NAME ${id}
    C_VISIBILITY_PRESET hidden CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON
    LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/plugins/${id}
    LINK_DEPENDS ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/plugin.map)
  # One symbol goes out, nothing undefined stays in, and no static is shared with another plugin's copy of the SDK.
  target_link_options(plugin_${NAME} PRIVATE
    "LINKER:--version-script=${CMAKE_CURRENT_FUNCTION_LIST_DIR}/plugin.map" LINKER:-z,defs LINKER:--exclude-libs,ALL)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(plugin_${NAME} PRIVATE -fno-gnu-unique)
  endif()
  if(NOT CMAKE_CXX_FLAGS MATCHES "-fsanitize")
    target_link_options(plugin_${NAME} PRIVATE -static-libstdc++ -static-libgcc)
  endif()
  add_custom_command(TARGET plugin_${NAME} POST_BUILD
    COMMAND ${CMAKE_COMMAND} -E copy_if_different ${manifest} $<TARGET_FILE_DIR:plugin_${NAME}>/manifest.json)
endfunction()
