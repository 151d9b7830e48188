// A feed on a FAKE Odoo, in both of its ways to compare times.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "integration/feed/feed.hpp"
#include "integration/feed/tests/fake_reader.hpp"

namespace outrigger::feed {

class Looking : public testing::TestWithParam<int> {
 protected:
  void start(Stream stream = things()) {
    ASSERT_TRUE(feed_.add(std::move(stream)));
    settle(feed_);
    sink_.forget_heard();
  }
  std::string heard(const std::string& name = "all") {
    const std::string text = texts(sink_.heard(name));
    sink_.forget_heard();
    return text;
  }
  // As after a crash: what the sink kept is all that is left.
  std::unique_ptr<Feed> restarted(Stream stream = things(), Settings settings = {}) {
    settings.monotonic = [this] { return odoo_.monotonic(); };
    auto feed = std::make_unique<Feed>(odoo_, sink_, settings);
    EXPECT_TRUE(feed->add(std::move(stream)));
    return feed;
  }

  FakeReader odoo_{GetParam()};
  MemorySink sink_;
  std::vector<Problem> problems_;
  Feed feed_{odoo_, sink_, odoo_.settings(), [this](const Problem& problem) { problems_.push_back(problem); }};
};

}  // namespace outrigger::feed
