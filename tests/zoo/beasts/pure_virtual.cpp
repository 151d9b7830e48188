// Calls what is not there yet.
#include "beast.h"

namespace {

struct Base {
  Base() { early(); }
  virtual ~Base() = default;
  void early() { late(); }
  virtual void late() = 0;
};
struct Derived final : Base {
  void late() override {}
};

}  // namespace

ON_COMMAND(Derived derived;)
