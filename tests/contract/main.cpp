// Runs the tests of one target: contract_test TARGET [gtest flags]. Exit code 77 when a real Odoo is not there.
#include <gtest/gtest.h>

#include <cstdio>
#include <string>

#include "tests/contract/target.hpp"

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  if (argc < 2) {
    std::fprintf(stderr, "usage: contract_test Sandbox19|Sandbox14|Real19|Real14|RealSource\n");
    return 2;
  }
  const std::string name = argv[1];
  if (outrigger::contract::find_target(name) == nullptr) {
    std::printf("SKIPPED: %s is not described in the environment; run tests/run --real\n", name.c_str());
    return 77;
  }
  if (testing::GTEST_FLAG(filter) == "*") testing::GTEST_FLAG(filter) = name + "/*";
  return RUN_ALL_TESTS();
}
