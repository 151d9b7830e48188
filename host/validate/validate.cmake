# `outrigger plugin validate`: included by host/CMakeLists.txt.
outrigger_library(host_validate
  SOURCES ${CMAKE_CURRENT_LIST_DIR}/checks_calls.cpp ${CMAKE_CURRENT_LIST_DIR}/checks_end.cpp
          ${CMAKE_CURRENT_LIST_DIR}/checks_life.cpp ${CMAKE_CURRENT_LIST_DIR}/checks_load.cpp
          ${CMAKE_CURRENT_LIST_DIR}/elf.cpp ${CMAKE_CURRENT_LIST_DIR}/instance.cpp
          ${CMAKE_CURRENT_LIST_DIR}/random.cpp ${CMAKE_CURRENT_LIST_DIR}/runner.cpp
          ${CMAKE_CURRENT_LIST_DIR}/scripted_caller.cpp
  DEPS host_core
  PRIVATE_DEPS ${CMAKE_DL_LIBS} Threads::Threads)
target_sources(host_cli PRIVATE cli/plugin_validate.cpp)
target_link_libraries(host_cli PRIVATE host_validate)

if(OUTRIGGER_TESTS)
  add_subdirectory(${CMAKE_CURRENT_LIST_DIR}/tests)
endif()
