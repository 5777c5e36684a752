#pragma once
// Checks: every question the API takes, asked of the engine and of the model. Each gives the first
// difference in words, or nothing.

#include <string>

#include "test/fault/sim_node.h"
#include "test/model/choices.h"
#include "test/model/model.h"

namespace velum::model {

class Checks {
 public:
  Checks(SimNode& node, Model& model, Choices& choices)
      : node_(node), model_(model), choices_(choices) {}

  // What is shown of them now, masked, and of what hangs on them.
  std::string person(Person& person);
  // Everybody there ever was, every version of everything, masked and not, lists and look-ups.
  std::string everything();
  // Whom the difference is about, if it is about one.
  const Person* subject() const { return subject_; }

 private:
  DocumentEngine& any_engine() {
    return choices_.one_in(2) ? node_.engine() : node_.engine_elsewhere();
  }
  std::string read(const Person& person, Record& record);
  std::string as_another_entity(const Person& person);
  std::string parts(Person& person, EntityId entity);
  std::string history(const Person& person, Record& record);
  std::string version_list(const Person& person, const Record& record);
  std::string revealed_parts(Person& person, EntityId entity);
  std::string under_another(const Person& person, const Record& part);
  std::string look_up(const std::string& field, const std::string& value);
  std::string look_ups();
  std::string prospects();
  std::string prospect_page(std::vector<Person*>& left, std::optional<ListPlace>& before);

  SimNode& node_;
  Model& model_;
  Choices& choices_;
  const Person* subject_ = nullptr;
};

}  // namespace velum::model
